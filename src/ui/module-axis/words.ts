import type { Granularity } from '../../pruning/level-database.ts';
import type { ModuleKind } from '../../model/spec.ts';
import type { ModulePaint } from '../levels/module-paint.ts';
import * as format from '../format/format.ts';

/** "MLP 12", layers counted from 1. */
export const moduleName = ({ kind, layer }: Pick<ModulePaint, 'kind' | 'layer'>): string => `${kindName(kind)} ${layer}`;

export const kindName = (kind: ModuleKind): string => (kind === 'mlp' ? 'MLP' : 'Attention');

/** What is cut from a module of that kind. */
export const structures = (kind: ModuleKind, granularity: Granularity | null): string =>
  kind === 'mlp' ? 'channels' : granularity === 'kv-group' ? 'KV groups' : 'heads';

/** "614 of 1,536 channels". */
export const keptWords = (paint: ModulePaint, kept: number, granularity: Granularity | null): string =>
  `${format.count(kept)} of ${format.count(paint.structures)} ${structures(paint.kind, granularity)}`;

export type Fitness = 'kl' | 'perplexity';

export const fitnessName = (fitness: Fitness): string => (fitness === 'kl' ? 'KL' : 'Perplexity');

/** A fitness in the grid: two decimals of KL. */
export const fitnessShort = (fitness: Fitness, value: number | null): string =>
  fitness === 'kl' ? format.kl(value, 2) : format.perplexity(value);

/** A fitness in figures and tables: three decimals of KL. */
export const fitnessFull = (fitness: Fitness, value: number | null): string =>
  fitness === 'kl' ? format.kl(value, 3) : format.perplexity(value);

/** "once", "twice", "7 times". */
export const timesWords = (times: number): string => (times === 1 ? 'once' : times === 2 ? 'twice' : `${format.count(times)} times`);

/** "1 candidate", "4 candidates". */
export const plural = (amount: number, one: string, many = `${one}s`): string => `${format.count(amount)} ${amount === 1 ? one : many}`;
