import type { Genome } from '../pruning/level-database.ts';
import type { SearchSpace } from './search-space.ts';
import { costAt } from './search-space.ts';

/** Sizes that the programme tells apart unless told otherwise: about 0.2 s for 60 modules of 11 levels. */
export const DEFAULT_BUCKETS = 1 << 16;

/** A reachable size and the least cost found for it. */
export interface ReachableSize {
  readonly size: number;
  readonly cost: number;
  readonly bucket: number;
}

/**
 * Result of {@link sizeProgramme}. Every size listed is reached by `genomeOf`; where `exact` holds, no other size up to
 * `most` can be reached and every cost is the least.
 */
export interface SizeProgramme {
  readonly exact: boolean;
  /** Width of a bucket, in the unit of the budget. */
  readonly quantum: number;
  /** In order of size. */
  readonly reachable: readonly ReachableSize[];
  genomeOf(reached: ReachableSize): Genome;
}

function greatestCommonDivisor(left: number, right: number): number {
  let [a, b] = [left, right];
  while (b !== 0) [a, b] = [b, a % b];
  return a;
}

/** Greatest common divisor of all level sizes: every genome's size is a multiple of it. */
function unitOf(space: SearchSpace): number {
  const unit = space.modules.flatMap((module) => module.cost).reduce(greatestCommonDivisor, 0);
  return Math.max(1, unit);
}

interface Row {
  /** Size kept in each bucket; meaningless where the cost is infinite. */
  readonly sizes: Float64Array;
  readonly costs: Float64Array;
}

const emptyRow = (buckets: number): Row => ({
  sizes: new Float64Array(buckets),
  costs: new Float64Array(buckets).fill(Infinity),
});

/**
 * Adds one level of one module to all sizes of `from`; the cheaper wins a bucket, then the smaller. True where two different
 * sizes met in a bucket, so that one was lost.
 */
function extend(
  from: Row,
  to: Row,
  choice: Uint8Array,
  level: number,
  step: { size: number; cost: number },
  limits: { most: number; quantum: number },
): boolean {
  let lost = false;
  for (let bucket = 0; bucket < from.costs.length; bucket++) {
    const cost = (from.costs[bucket] ?? Infinity) + step.cost;
    const size = (from.sizes[bucket] ?? 0) + step.size;
    if (!(cost < Infinity) || size > limits.most) continue;
    const target = Math.floor(size / limits.quantum);
    const known = to.costs[target] ?? Infinity;
    const knownSize = to.sizes[target] ?? 0;
    if (known < Infinity && knownSize !== size) lost = true;
    if (cost < known || (cost === known && size < knownSize)) {
      to.costs[target] = cost;
      to.sizes[target] = size;
      choice[target] = level;
    }
  }
  return lost;
}

/**
 * Dynamic programme over the modules: for every size up to `most` that a genome can have, the least sum of `costOf` over its
 * modules (multiple-choice knapsack). Sizes are counted in units of their greatest common divisor, which is exact. Where that
 * gives more than `maxBuckets` units, neighbours share a bucket and, where they meet, the cheapest (then smallest) is kept: all
 * that is listed is still reachable, but a listed size may fall short of the true best by up to one bucket a module.
 *
 * @param costOf cost of a level of a module (by index); a level whose cost is not finite is never chosen
 */
export function sizeProgramme(
  space: SearchSpace,
  most: number,
  costOf: (module: number, level: number) => number,
  maxBuckets = DEFAULT_BUCKETS,
): SizeProgramme {
  const quantum = Math.max(unitOf(space), Math.ceil((most + 1) / maxBuckets));
  const buckets = Math.floor(most / quantum) + 1;
  const choices: Uint8Array[] = []; // [modules][buckets]
  let exact = true;
  let row = emptyRow(buckets);
  row.costs[0] = 0;
  for (const [index, module] of space.modules.entries()) {
    if (module.cost.length > 256) throw new RangeError('more than 256 levels in a module');
    const next = emptyRow(buckets);
    const choice = new Uint8Array(buckets);
    for (const [level, size] of module.cost.entries()) {
      const lost = extend(row, next, choice, level, { size, cost: costOf(index, level) }, { most, quantum });
      exact &&= !lost;
    }
    choices.push(choice);
    row = next;
  }
  return { exact, quantum, reachable: reachableOf(row), genomeOf: (reached) => trace(space, choices, quantum, reached) };
}

function reachableOf(row: Row): ReachableSize[] {
  const reachable: ReachableSize[] = [];
  for (const [bucket, cost] of row.costs.entries()) {
    if (cost < Infinity) reachable.push({ size: row.sizes[bucket] ?? 0, cost, bucket });
  }
  return reachable;
}

/** Walks the choices back: what a bucket kept came from the size that its predecessor kept. */
function trace(space: SearchSpace, choices: readonly Uint8Array[], quantum: number, reached: ReachableSize): Genome {
  const genome: number[] = [];
  let size = reached.size;
  for (let index = choices.length - 1; index >= 0; index--) {
    const level = choices[index]?.[Math.floor(size / quantum)];
    const module = space.modules[index];
    if (level === undefined || !module) throw new RangeError(`no way back from size ${reached.size}`);
    genome.unshift(level);
    size -= costAt(module, level);
  }
  return genome;
}

/** The cheapest size in `[least, most]`, the larger of equals; null where none is listed. */
export function cheapestWithin(programme: SizeProgramme, least: number, most: number): ReachableSize | null {
  let best: ReachableSize | null = null;
  for (const reached of programme.reachable) {
    if (reached.size < least || reached.size > most) continue;
    if (best === null || reached.cost <= best.cost) best = reached;
  }
  return best;
}
