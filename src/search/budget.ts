import type { Genome } from '../pruning/level-database.ts';
import { TargetUnreachableError } from './errors.ts';
import type { SearchSpace } from './search-space.ts';
import type { ReachableSize, SizeProgramme } from './size-programme.ts';
import { cheapestWithin, sizeProgramme } from './size-programme.ts';

/** Room below the target, as a share of the dense cost, where the levels are fine enough (method, section 6). */
export const STANDARD_TOLERANCE = 0.004;

/**
 * The same where costs are times that were measured: they repeat to a few per cent, and are no multiples of each other as parameters
 * are, so that a narrower interval would tell apart what is equal, and in a small model leave next to no genome in it.
 */
export const TIMED_TOLERANCE = 0.02;

/** Rounding of `(1 - s) * dense`, relative to the dense cost: without it 90 % of 10 units would exclude 1 unit. */
const ROUNDING = 1e-12;

/** The costs that a genome may have, in the unit of the space. */
export interface Budget {
  /** Target share of the dense cost that goes. */
  readonly sparsity: number;
  readonly dense: number;
  /** A genome is feasible when `least <= cost <= most`; whole numbers. */
  readonly least: number;
  readonly most: number;
  /** Room below the target as a share of `dense`: the asked one (0.004 of parameters, 0.02 of times), or the least that the levels allow. */
  readonly tolerance: number;
  /**
   * False only where `tolerance` is not the asked one and the sizes were too many to tell all of them apart: the true
   * least may then be smaller, by at most a millionth of the budget a module.
   */
  readonly exact: boolean;
}

export const isFeasible = (budget: Budget, cost: number): boolean => cost >= budget.least && cost <= budget.most;

/** Fine enough for an exact answer on all but contrived databases; seconds, so only asked where the default does not do. */
const FINE_BUCKETS = 1 << 20;

/** Programme and size of the largest genome within the budget: with fine buckets only where the default ones miss `least`. */
function largestWithin(space: SearchSpace, least: number, most: number): { programme: SizeProgramme; largest: ReachableSize | undefined } {
  const coarse = sizeProgramme(space, most, () => 0);
  const programme = coarse.exact || (coarse.reachable.at(-1)?.size ?? 0) >= least ? coarse : sizeProgramme(space, most, () => 0, FINE_BUCKETS);
  return { programme, largest: programme.reachable.at(-1) };
}

/** The highest sparsity that a genome with something left can have. */
export function highestSparsity(space: SearchSpace): number {
  const smallest = space.modules.map((module) => Math.min(...module.cost));
  const sum = smallest.reduce((total, size) => total + size, 0);
  if (sum > 0) return 1 - sum / space.dense;
  const positive = space.modules.flatMap((module) => module.cost).filter((size) => size > 0);
  return positive.length === 0 ? 0 : 1 - Math.min(...positive) / space.dense;
}

/**
 * The budget of a target sparsity: `(1 - s) * dense - tol * dense <= cost <= (1 - s) * dense`. `tol` is `tolerance` where some
 * genome meets that; else the least with which one does, found by a dynamic programme over the costs of the levels.
 *
 * @throws TargetUnreachableError where every genome costs too much, or only the one without any modules little enough
 * @throws RangeError where the sparsity is not in `[0, 1)`
 */
export function budgetFor(space: SearchSpace, sparsity: number, tolerance = STANDARD_TOLERANCE): Budget {
  if (!(sparsity >= 0 && sparsity < 1)) throw new RangeError(`a sparsity of ${sparsity} is not in [0, 1)`);
  const { dense } = space;
  const target = (1 - sparsity) * dense;
  const most = Math.floor(target + ROUNDING * dense);
  const least = Math.max(1, Math.ceil(target - tolerance * dense - ROUNDING * dense));
  const found = largestWithin(space, least, most);
  const largest = found.largest?.size ?? 0;
  if (largest === 0) throw new TargetUnreachableError(sparsity, highestSparsity(space));
  if (largest >= least) return { sparsity, dense, least, most, tolerance, exact: true };
  return { sparsity, dense, least: largest, most, tolerance: (target - largest) / dense, exact: found.programme.exact };
}

/**
 * The feasible genome nearest to another: the least sum of squared level differences, so that a distance is spread over
 * modules; of equals the larger. Deterministic.
 */
export function nearestFeasible(space: SearchSpace, budget: Budget, genome: Genome): Genome {
  const distance = (module: number, level: number): number => (level - (genome[module] ?? 0)) ** 2;
  const near = sizeProgramme(space, budget.most, distance);
  const found = cheapestWithin(near, budget.least, budget.most);
  if (found) return near.genomeOf(found);
  // Where sizes share buckets the cheapest ways may all miss a narrow interval; the way that set the budget does not.
  const { programme, largest } = largestWithin(space, budget.least, budget.most);
  if (!largest || largest.size < budget.least) throw new TargetUnreachableError(budget.sparsity, highestSparsity(space));
  return programme.genomeOf(largest);
}
