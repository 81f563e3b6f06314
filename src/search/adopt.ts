import { explain } from '../base/explained-error.ts';
import type { Budget } from './budget.ts';
import { isFeasible } from './budget.ts';
import { ParentRefusedError } from './errors.ts';
import type { ChangeRefused, ParentChosen } from './events.ts';
import type { Individual, SizedIndividual } from './individual.ts';
import type { SearchPosition } from './position.ts';
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
export function adopt(space: SearchSpace, budget: Budget, position: SearchPosition, chosen: Individual): ParentChosen | ChangeRefused | null {
  const { parent: before, generation: last } = position;
  if (chosen.id === before.id) return null;
  const generation = last + 1;
  // A run that went on from a checkpoint may have taken it back; the candidate that will have its id is not it.
  const parent = Number.parseInt(chosen.id, 10) > last + (position.within ? 1 : 0) ? 'its generation was taken back and is done again' : fitParent(space, budget, chosen);
  if (typeof parent !== 'string') return { type: 'parent-chosen', generation, before, parent };
  return { type: 'change-refused', generation, explanation: explain(new ParentRefusedError(chosen.id, parent)) };
}
