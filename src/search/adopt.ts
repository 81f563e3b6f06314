import { explain } from '../base/explained-error.ts';
import type { Budget } from './budget.ts';
import { isFeasible } from './budget.ts';
import { ParentRefusedError } from './errors.ts';
import type { ChangeRefused, Individual, ParentChosen, SizedIndividual } from './events.ts';
import type { SearchSpace } from './search-space.ts';
import { genomeCost, sizesOf } from './search-space.ts';

/** An individual with its size, or in words why it cannot be a parent here. */
export function fitParent(space: SearchSpace, budget: Budget, { id, genome }: Individual): SizedIndividual | string {
  const known = genome.every((level, index) => space.modules[index]?.cost[level] !== undefined);
  if (!known || genome.length !== space.modules.length) return 'its levels are not those of this database';
  const cost = genomeCost(space, genome);
  if (!isFeasible(budget, cost)) return `its ${cost} ${space.unit} are not within ${budget.least} to ${budget.most}`;
  return { id, genome, ...sizesOf(space, genome) };
}

/** What comes of the user's choice of a parent; null where it already is the parent. */
export function adopt(space: SearchSpace, budget: Budget, generation: number, before: SizedIndividual, chosen: Individual): ParentChosen | ChangeRefused | null {
  if (chosen.id === before.id) return null;
  const parent = fitParent(space, budget, chosen);
  if (typeof parent !== 'string') return { type: 'parent-chosen', generation, before, parent };
  return { type: 'change-refused', generation, explanation: explain(new ParentRefusedError(chosen.id, parent)) };
}
