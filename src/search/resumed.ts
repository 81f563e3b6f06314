import { fitParent } from './adopt.ts';
import type { Budget } from './budget.ts';
import { ResumeMismatchError, SearchSettingsError } from './errors.ts';
import type { Individual } from './individual.ts';
import type { GenerationPosition, SearchPosition } from './position.ts';
import type { SearchSpace } from './search-space.ts';
import { checkSettings } from './settings.ts';

const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;

/**
 * A stored position as one of this search. `offspringOf` draws the offspring of its generation again: those that were stored have to be among
 * them, which they are where space, budget, seed and strategy are those that they were drawn with.
 *
 * @throws ResumeMismatchError
 */
export function resumed(stored: SearchPosition, space: SearchSpace, budget: Budget, offspringOf: (position: SearchPosition) => readonly Individual[]): SearchPosition {
  const refuse = (problem: string): never => {
    throw new ResumeMismatchError(problem);
  };
  checkStored(stored.settings);
  if (!isCount(stored.generation)) refuse(`${stored.generation} is no generation`);
  const parent = fitParent(space, budget, stored.parent);
  if (typeof parent === 'string') return refuse(`of its parent ${parent}`);
  const position = { ...stored, parent };
  const problem = stored.within && problemWith(stored.within, position, offspringOf(position));
  return problem ? refuse(problem) : position;
}

function checkStored(settings: SearchPosition['settings']): void {
  try {
    checkSettings(settings);
  } catch (cause) {
    if (!(cause instanceof SearchSettingsError)) throw cause;
    throw new ResumeMismatchError('its settings are not valid', { cause });
  }
}

/** What does not fit in a generation that has begun; null where all does. */
function problemWith(within: GenerationPosition, { settings }: SearchPosition, offspring: readonly Individual[]): string | null {
  const { stages, entering, evaluatedCandidates, fitnessTokens, trainedTokens } = within;
  if (!isCount(stages) || stages >= settings.stages.length) return `it has no stage after ${stages}`;
  if (![evaluatedCandidates, fitnessTokens, trainedTokens].every(isCount)) return 'its counts are none';
  const places = Math.min(settings.stages[stages - 1]?.survivors ?? Infinity, offspring.length);
  const distinct = new Set(entering.map(({ id }) => id)).size;
  if (entering.length !== places || distinct !== places) return `${entering.length} candidates enter a stage of ${places}`;
  const genomes = new Map(offspring.map(({ id, genome }) => [id, genome.join()]));
  const stranger = entering.find(({ id, genome }) => genomes.get(id) !== genome.join());
  return stranger ? `${stranger.id} is none of the offspring that this seed draws` : null;
}
