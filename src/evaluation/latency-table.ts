import type { ModuleKind } from '../model/spec.ts';
import type { LevelDatabase, LevelEntry } from '../pruning/level-database.ts';
import { neverIncreasing } from './isotonic.ts';

/** What is to be fast: writing a token after others (`decode`), or reading a prompt at once (`prefill`). One sequence at a time. */
export type LatencyMeasure = 'decode' | 'prefill';

/** Modules of equal shape take equally long: query and KV heads of attention, channels of an MLP. */
export interface ModuleShape {
  readonly kind: ModuleKind;
  readonly heads: number;
  readonly kvHeads: number;
  readonly channels: number;
}

/** A module of a shape. Nanoseconds. */
export interface LatencyEntry extends ModuleShape {
  readonly parameters: number;
  /** As timed. */
  readonly measured: number;
  /** What the budget counts: never more where less is left, in whole units. */
  readonly cost: number;
}

/** How long each part of a model takes on this device, nanoseconds for a token (`decode`) or for the whole prompt (`prefill`). */
export interface LatencyTable {
  readonly measure: LatencyMeasure;
  /** Of the prompt that is read, or that the written tokens follow on. */
  readonly tokens: number;
  /** Every shape was timed so often; times are medians. */
  readonly rounds: number;
  /** Embedding, final norm and head, with what a step costs beside the modules. */
  readonly fixed: number;
  /** All costs are multiples of it. */
  readonly unit: number;
  /** Attention before MLPs, the largest first. */
  readonly entries: readonly LatencyEntry[];
}

/** A shape before it is timed. */
export type SizedShape = ModuleShape & { readonly parameters: number };

/** Units in all modules of the dense model: few enough for an exact budget, far finer than a clock. */
const unitsOfDense = 1 << 15;

const keyOf = ({ kind, heads, kvHeads, channels }: ModuleShape): string => [kind, heads, kvHeads, channels].join('/');

const isRemoved = ({ kept }: LevelEntry): boolean => kept.length === 0;

/** The shape of a level; null where nothing is left. */
export function shapeOf(kind: ModuleKind, entry: LevelEntry): SizedShape | null {
  if (isRemoved(entry)) return null;
  const { heads, kvHeads, channels, parameters } = entry;
  return { kind, heads: heads.length, kvHeads: kvHeads.length, channels, parameters };
}

export const sameShape = (one: ModuleShape, other: ModuleShape): boolean => keyOf(one) === keyOf(other);

/** Every shape in a database once, attention before MLPs, the largest first. */
export function shapesIn({ modules }: Pick<LevelDatabase, 'modules'>): SizedShape[] {
  const shapes = new Map<string, SizedShape>();
  for (const { id, levels } of modules) {
    for (const level of levels) {
      const shape = shapeOf(id.kind, level);
      if (shape) shapes.set(keyOf(shape), shape);
    }
  }
  return [...shapes.values()].toSorted((a, b) => a.kind.localeCompare(b.kind) || b.parameters - a.parameters);
}

export interface TimedShape {
  readonly shape: SizedShape;
  /** Nanoseconds of one module; noise may make it negative. */
  readonly measured: number;
}

/**
 * The table of what was timed, in the order of {@link shapesIn}. Within a kind costs are made to fall with the parameters by isotonic
 * regression, and are rounded to whole units.
 */
export function tableOf(
  database: Pick<LevelDatabase, 'modules'>,
  timed: readonly TimedShape[],
  facts: Pick<LatencyTable, 'measure' | 'tokens' | 'rounds' | 'fixed'>,
): LatencyTable {
  const fitted = (['attention', 'mlp'] as const).flatMap((kind) => {
    const own = timed.filter(({ shape }) => shape.kind === kind);
    const costs = neverIncreasing(own.map(({ measured }) => measured));
    return own.map(({ shape, measured }, index) => ({ ...shape, measured, cost: Math.max(1, costs[index] ?? 1) }));
  });
  const dense = denseCost(database, fitted);
  const unit = Math.max(1, Math.ceil(dense / unitsOfDense));
  const entries = fitted.map((entry) => ({ ...entry, measured: Math.round(entry.measured), cost: unit * Math.max(1, Math.round(entry.cost / unit)) }));
  return { ...facts, fixed: Math.round(facts.fixed), unit, entries };
}

function denseCost(database: Pick<LevelDatabase, 'modules'>, entries: readonly LatencyEntry[]): number {
  return costsOf(database, { entries }).reduce((sum, [dense = 0]) => sum + dense, 0);
}

/** What every level of every module costs, in genome order; nothing where it is removed. @throws RangeError where a shape was not timed */
export function costsOf({ modules }: Pick<LevelDatabase, 'modules'>, { entries }: Pick<LatencyTable, 'entries'>): number[][] {
  const costs = new Map(entries.map((entry) => [keyOf(entry), entry.cost]));
  return modules.map(({ id, levels }) =>
    levels.map((level) => {
      const shape = shapeOf(id.kind, level);
      if (!shape) return 0;
      const cost = costs.get(keyOf(shape));
      if (cost === undefined) throw new RangeError(`${keyOf(shape)} was not timed`);
      return cost;
    }),
  );
}
