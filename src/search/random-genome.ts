import type { Random } from '../base/random.ts';
import type { Genome } from '../pruning/level-database.ts';
import type { Budget } from './budget.ts';
import type { MutationSettings } from './mutate.ts';
import { switchLevels } from './mutate.ts';
import type { SearchSpace } from './search-space.ts';

/** The most switches away from the uniform genome (method, section 6). */
const MAX_SWITCHES = 16;

const anyTwo: MutationSettings = { maxFlips: MAX_SWITCHES, mutation: 'any', attentionShare: null };

/**
 * A genome of random search at equal budget: the uniform one after 1 to 16 random switches of any two modules, feasible.
 * Null where this stream's draws gave none. The user's mutation settings do not matter: they belong to evolution.
 */
export function randomGenome(space: SearchSpace, budget: Budget, uniform: Genome, random: Random): Genome | null {
  return switchLevels(space, budget, uniform, 1 + random.below(MAX_SWITCHES), anyTwo, random);
}
