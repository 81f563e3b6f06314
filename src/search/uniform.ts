import type { Genome } from '../pruning/level-database.ts';
import type { Budget } from './budget.ts';
import { nearestFeasible } from './budget.ts';
import type { SearchSpace, SpaceModule } from './search-space.ts';
import { costAt, genomeCost, levelAt } from './search-space.ts';

/** Differences of shares below this are rounding. */
const SAME = 1e-12;

/**
 * Share of a module's dense cost that a level removes. The measure is that of the budget (true parameters, or time), so that
 * collapsed levels need no nominal value: of 8 query heads on 4 KV heads, 4 heads less is a share of 0.42 where
 * only one KV head went with them, not 0.5. 0 for a module that costs nothing.
 */
export function removedShare(module: SpaceModule, level: number): number {
  const dense = costAt(module, 0);
  return dense === 0 ? 0 : 1 - costAt(module, level) / dense;
}

/** The most pruned level whose share does not exceed the target. */
function levelWithin(module: SpaceModule, sparsity: number): number {
  return module.cost.findLastIndex((_, level) => removedShare(module, level) <= sparsity + SAME);
}

/** The module whose next level has the share nearest to the target and does not overshoot the budget; null where none. */
function nextStep(space: SearchSpace, budget: Budget, genome: Genome, size: number): number | null {
  let best: number | null = null;
  let least = Infinity;
  for (const [index, module] of space.modules.entries()) {
    const level = levelAt(genome, index) + 1;
    if (level >= module.cost.length) continue;
    const after = size - costAt(module, level - 1) + costAt(module, level);
    const distance = Math.abs(removedShare(module, level) - budget.sparsity);
    if (after >= budget.least && distance < least - SAME) [best, least] = [index, distance];
  }
  return best;
}

/**
 * The uniform genome (method, section 6): per module the most pruned level whose share of removed cost does not exceed
 * the target; then, until the budget is met, one more level for the module whose own share is then nearest to the target
 * (ties: first in order). A step that would overshoot below the budget's interval is passed over for the next nearest; where
 * every step would, the feasible genome nearest in levels ends it. The result is always feasible.
 */
export function uniformGenome(space: SearchSpace, budget: Budget): Genome {
  const genome = space.modules.map((module) => levelWithin(module, budget.sparsity));
  let size = genomeCost(space, genome);
  while (size > budget.most) {
    const step = nextStep(space, budget, genome, size);
    if (step === null) return nearestFeasible(space, budget, genome);
    genome[step] = levelAt(genome, step) + 1;
    size = genomeCost(space, genome);
  }
  return genome;
}
