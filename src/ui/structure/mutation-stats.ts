import type { ModuleKind } from '../../model/spec.ts';
import type { CandidateRecord, GenerationRecord } from '../../store/run-state.ts';
import { csv } from '../parts/csv.ts';

/** What became of some mutations. */
export interface Tally {
  readonly tried: number;
  /** How many went on after each stage but the last. */
  readonly passed: readonly number[];
  readonly won: number;
  /** By how much the fitness fell with those that won, shared equally by the modules that changed together; 0 where nothing is comparable. */
  readonly gained: number;
}

/** A module's mutations by direction. */
export interface ModuleTally {
  readonly keepsMore: Tally;
  readonly prunesMore: Tally;
}

export interface MutationStats {
  readonly modules: readonly ModuleTally[];
  readonly kinds: Readonly<Record<ModuleKind, ModuleTally>>;
  /** Whole candidates by how many modules they changed, the fewest first. */
  readonly sizes: readonly (Tally & { readonly changed: number })[];
  /** Stages but the last, of the generation that had the most. */
  readonly earlierStages: number;
}

interface Growing {
  tried: number;
  passed: number[];
  won: number;
  gained: number;
}

const nothing = (stages: number): Growing => ({ tried: 0, passed: Array.from({ length: stages }, () => 0), won: 0, gained: 0 });
const both = (stages: number) => ({ keepsMore: nothing(stages), prunesMore: nothing(stages) });

/** Counts a candidate, or its share of it, where it stands for one of several modules. */
function count(tally: Growing, { fitness }: Pick<CandidateRecord, 'fitness'>, won: boolean, gain: number): void {
  tally.tried++;
  for (let stage = 0; stage + 1 < fitness.length; stage++) tally.passed[stage] = (tally.passed[stage] ?? 0) + 1;
  if (!won) return;
  tally.won++;
  tally.gained += gain;
}

/** By how much a generation's winner is better than the parent before it, on the same text. */
function gainOf({ fitness, previousParentFitness }: GenerationRecord): number {
  const gain = previousParentFitness - fitness;
  return Number.isFinite(gain) ? gain : 0;
}

/**
 * Which mutations were tried and which won, over all finished generations: by module and direction, by kind, and by how many modules
 * changed at once. Modules are in genome order, attention and MLP in turn.
 */
export function mutationStats(history: readonly GenerationRecord[], modules: number): MutationStats {
  const earlierStages = history.reduce((most, { stageBest }) => Math.max(most, stageBest.length - 1), 0);
  const byModule = Array.from({ length: modules }, () => both(earlierStages));
  const kinds = { attention: both(earlierStages), mlp: both(earlierStages) };
  const sizes = new Map<number, Growing>();
  for (const record of history) {
    const gain = gainOf(record);
    for (const candidate of record.candidates) {
      const { id, genome, changed } = candidate;
      const won = record.replaced && record.parent.id === id;
      const size = sizes.get(changed.length) ?? nothing(earlierStages);
      sizes.set(changed.length, size);
      count(size, candidate, won, gain);
      for (const module of changed) {
        const direction = (genome[module] ?? 0) < (record.from.genome[module] ?? 0) ? 'keepsMore' : 'prunesMore';
        const share = gain / changed.length;
        for (const tally of [byModule[module], kinds[module % 2 === 0 ? 'attention' : 'mlp']]) if (tally) count(tally[direction], candidate, won, share);
      }
    }
  }
  return { modules: byModule, kinds, sizes: [...sizes].sort(([a], [b]) => a - b).map(([changed, tally]) => ({ changed, ...tally })), earlierStages };
}

export type Measure = 'tried' | 'passed' | 'won' | 'gained';

/** One number of a tally; `passed` is what reached the last stage. */
export const valueOf = (tally: Tally, measure: Measure): number => (measure === 'passed' ? (tally.passed.at(-1) ?? tally.tried) : tally[measure]);

const columns = (stages: number): string[] => ['tried', ...Array.from({ length: stages }, (_, stage) => `passed_stage_${stage + 1}`), 'won', 'fitness_gained'];
const cells = ({ tried, passed, won, gained }: Tally): number[] => [tried, ...passed, won, gained];

/** Plain numbers, full precision; one line a module and direction. Layers are counted from 1, as in the other tables. */
export function mutationsCsv({ modules, earlierStages }: MutationStats): string {
  const rows = modules.flatMap(({ keepsMore, prunesMore }, module) =>
    ([['keeps more', keepsMore], ['prunes more', prunesMore]] as const).map(([direction, tally]) =>
      [(module >> 1) + 1, module % 2 === 0 ? 'attention' : 'mlp', direction, ...cells(tally)],
    ),
  );
  return csv([['layer', 'kind', 'direction', ...columns(earlierStages)], ...rows]);
}
