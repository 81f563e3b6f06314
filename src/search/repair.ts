import type { Random } from '../base/random.ts';
import type { Genome } from '../pruning/level-database.ts';
import type { Budget } from './budget.ts';
import { isFeasible } from './budget.ts';
import type { SearchSpace } from './search-space.ts';
import { genomeSize, levelAt } from './search-space.ts';

/** Steps after which a repair is given up: a long walk would be a new random genome, not a mutation. */
const MAX_STEPS = 24;

interface Step {
  readonly module: number;
  readonly level: number;
  /** Size of the genome after the step. */
  readonly size: number;
}

/** Single level steps that bring the size towards the budget. */
function stepsTowards(space: SearchSpace, budget: Budget, genome: Genome, size: number, allowed: (module: number) => boolean): Step[] {
  const direction = size > budget.most ? 1 : -1;
  return space.modules.flatMap((module, index) => {
    const level = levelAt(genome, index);
    const before = module.parameters[level];
    const after = module.parameters[level + direction];
    if (!allowed(index) || before === undefined || after === undefined || before === after) return [];
    return [{ module: index, level: level + direction, size: size - before + after }];
  });
}

/** Steps that end inside the budget, else those that stay on this side of it, else all. */
function preferred(steps: readonly Step[], budget: Budget, size: number): readonly Step[] {
  const inside = steps.filter((step) => isFeasible(budget, step.size));
  if (inside.length > 0) return inside;
  const short = steps.filter((step) => step.size > budget.most === size > budget.most);
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
  let size = genomeSize(space, repaired);
  for (let taken = 0; taken < MAX_STEPS && !isFeasible(budget, size); taken++) {
    const steps = preferred(stepsTowards(space, budget, repaired, size, allowed), budget, size);
    const step = steps[random.below(Math.max(1, steps.length))];
    if (!step) return null;
    repaired[step.module] = step.level;
    size = step.size;
  }
  return isFeasible(budget, size) ? repaired : null;
}
