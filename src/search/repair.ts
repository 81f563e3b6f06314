import type { Random } from '../base/random.ts';
import type { Genome } from '../pruning/level-database.ts';
import type { Budget } from './budget.ts';
import { isFeasible } from './budget.ts';
import type { SearchSpace } from './search-space.ts';
import { genomeCost, levelAt } from './search-space.ts';

/** Steps after which a repair is given up: a long walk would be a new random genome, not a mutation. */
const MAX_STEPS = 24;

interface Step {
  readonly module: number;
  readonly level: number;
  /** Cost of the genome after the step. */
  readonly cost: number;
}

/** Single level steps that bring the cost towards the budget. */
function stepsTowards(space: SearchSpace, budget: Budget, genome: Genome, cost: number, allowed: (module: number) => boolean): Step[] {
  const direction = cost > budget.most ? 1 : -1;
  return space.modules.flatMap((module, index) => {
    const level = levelAt(genome, index);
    const before = module.cost[level];
    const after = module.cost[level + direction];
    if (!allowed(index) || before === undefined || after === undefined || before === after) return [];
    return [{ module: index, level: level + direction, cost: cost - before + after }];
  });
}

/** Steps that end inside the budget, else those that stay on this side of it, else all. */
function preferred(steps: readonly Step[], budget: Budget, cost: number): readonly Step[] {
  const inside = steps.filter((step) => isFeasible(budget, step.cost));
  if (inside.length > 0) return inside;
  const short = steps.filter((step) => step.cost > budget.most === cost > budget.most);
  return short.length > 0 ? short : steps;
}

/**
 * Brings a genome into the budget by single random level steps of the allowed modules. A step that ends inside is taken where
 * there is one; one that overshoots only where there is no other. Null where 24 steps do not suffice.
 */
export function repair(
  space: SearchSpace,
  budget: Budget,
  genome: Genome,
  random: Random,
  allowed: (module: number) => boolean = () => true,
): Genome | null {
  const repaired = [...genome];
  let cost = genomeCost(space, repaired);
  for (let taken = 0; taken < MAX_STEPS && !isFeasible(budget, cost); taken++) {
    const steps = preferred(stepsTowards(space, budget, repaired, cost, allowed), budget, cost);
    const step = steps[random.below(Math.max(1, steps.length))];
    if (!step) return null;
    repaired[step.module] = step.level;
    cost = step.cost;
  }
  return isFeasible(budget, cost) ? repaired : null;
}
