import { explain } from '../base/explained-error.ts';
import type { Genome } from '../pruning/level-database.ts';
import { adopt } from './adopt.ts';
import type { Budget } from './budget.ts';
import { SearchSettingsError } from './errors.ts';
import type { ChangeRefused, OffspringSummary, SearchEvent, SearchOutcome, SettingsChanged } from './events.ts';
import { nextStage } from './generation.ts';
import type { Individual } from './individual.ts';
import { plain } from './individual.ts';
import type { Measure } from './measure.ts';
import { mutate } from './mutate.ts';
import { drawOffspring } from './offspring.ts';
import type { SearchPosition } from './position.ts';
import { randomGenome } from './random-genome.ts';
import { resumed } from './resumed.ts';
import type { SearchSpace } from './search-space.ts';
import { changedModules, sizesOf } from './search-space.ts';
import type { SearchChanges, SearchSettings } from './settings.ts';
import { applyChanges, checkSettings } from './settings.ts';
import { uniformGenome } from './uniform.ts';

/** `random`: random search at equal budget. `uniform`: no search, the uniform genome is the outcome. */
export type SearchStrategy = 'evolution' | 'random' | 'uniform';

export interface SearchOptions {
  readonly space: SearchSpace;
  readonly budget: Budget;
  readonly strategy: SearchStrategy;
  readonly seed: number;
  readonly settings: SearchSettings;
  readonly measure: Measure;
  /** Resumes: goes on from there, with the settings in force there, and tells what the unbroken search would have told from there on. */
  readonly startAfter?: SearchPosition;
  /** Asked once at each generation's start; what it gives is in force from there on. */
  readonly takeChanges?: () => SearchChanges | null;
  /** Asked once at each generation's start, and where the search ends: a candidate that the user made the parent. */
  readonly takeParent?: () => Individual | null;
  /** Asked between events. A generation that is not measured to its end is dropped. */
  readonly shouldStop?: () => boolean;
}

/** Id of offspring `number` (from 1) of a generation: `47.02`. */
const candidateId = (generation: number, number: number): string => `${generation}.${String(number).padStart(2, '0')}`;

/**
 * (1 + lambda) evolution with multi-step selection, or one of its controls, as a stream of events (method, sections 3 and 6).
 * It knows of models only what `measure` tells. All draws depend on the seed, the generation and the offspring alone, so the search
 * moves from position to position, and each is all that it needs to go on.
 *
 * @throws SearchSettingsError where the first settings are not valid
 * @throws ResumeMismatchError where `startAfter` does not fit the space, the budget, the seed or itself
 * @throws MeasurementError where `measure` breaks its contract; what it throws itself passes through
 */
export async function* search(options: SearchOptions): AsyncGenerator<SearchEvent, SearchOutcome, void> {
  checkSettings(options.settings);
  const { space, budget, startAfter, measure, shouldStop = () => false } = options;
  const uniform = uniformGenome(space, budget);
  let position = startAfter ? resumed(startAfter, space, budget, (stored) => offspringOf(options, stored, uniform)) : startOf(options, uniform);
  if (options.strategy === 'uniform') return outcomeOf(position, false);
  for (;;) {
    const { within } = position;
    if (within) {
      const next = yield* nextStage({ space, measure, shouldStop }, position, within);
      // What was chosen meanwhile would be lost with the generation.
      if (!next) return outcomeOf(yield* withChosenParent(options, position), true);
      position = next;
    } else {
      position = yield* withWishes(options, position);
      if (position.generation >= position.settings.generations) return outcomeOf(position, false);
      if (shouldStop()) return outcomeOf(position, true);
      position = yield* begin(position, offspringOf(options, position, uniform));
    }
    yield { type: 'position', position };
  }
}

const startOf = ({ space, settings }: SearchOptions, uniform: Genome): SearchPosition => ({
  generation: 0,
  parent: { id: candidateId(0, 0), genome: uniform, ...sizesOf(space, uniform) },
  fitness: null,
  settings,
  within: null,
});

const outcomeOf = ({ parent, fitness, generation }: SearchPosition, stopped: boolean): SearchOutcome => ({ parent, fitness, generation, stopped });

/** Begins the generation after a position. */
function* begin(position: SearchPosition, offspring: readonly OffspringSummary[]): Generator<SearchEvent, SearchPosition> {
  const { parent, settings } = position;
  const { generations, stages, learningRate, offspring: wanted } = settings;
  yield { type: 'generation-started', generation: position.generation + 1, generations, parent, offspring, wanted, stages, learningRate };
  return { ...position, within: { stages: 0, entering: offspring.map(plain), evaluatedCandidates: 0, fitnessTokens: 0, trainedTokens: 0 } };
}

/** The position with what the user asked for since. */
function* withWishes(options: SearchOptions, position: SearchPosition): Generator<SearchEvent, SearchPosition> {
  const change = takeChange(options, position.settings, position.generation + 1);
  if (change) yield change.event;
  return yield* withChosenParent(options, { ...position, settings: change?.settings ?? position.settings });
}

/** The position with the parent that the user chose since, not yet measured as one. */
function* withChosenParent({ space, budget, takeParent }: SearchOptions, position: SearchPosition): Generator<SearchEvent, SearchPosition> {
  const chosen = takeParent?.();
  const event = chosen ? adopt(space, budget, position, chosen) : null;
  if (event) yield event;
  return event?.type === 'parent-chosen' ? { ...position, parent: event.parent, fitness: null } : position;
}

interface TakenChange {
  readonly settings: SearchSettings;
  readonly event: SettingsChanged | ChangeRefused;
}

/** A change that is not valid must not end a long run: it is refused in the stream. */
function takeChange({ takeChanges }: SearchOptions, settings: SearchSettings, generation: number): TakenChange | null {
  const changes = takeChanges?.();
  if (!changes) return null;
  try {
    const applied = applyChanges(settings, changes);
    if (!applied) return null;
    const { before, after } = applied;
    return { settings: applied.settings, event: { type: 'changed', generation, before, after } };
  } catch (error) {
    if (!(error instanceof SearchSettingsError)) throw error;
    return { settings, event: { type: 'change-refused', generation, explanation: explain(error) } };
  }
}

/** The offspring of the generation after a position. */
function offspringOf({ space, budget, seed, strategy }: SearchOptions, { generation: last, parent: { genome: parent }, settings }: SearchPosition, uniform: Genome): OffspringSummary[] {
  const generation = last + 1;
  const random = strategy === 'random';
  const genomes = drawOffspring({
    seed,
    purpose: random ? 'random-search' : 'mutation',
    generation,
    parent,
    count: settings.offspring,
    draw: (stream) => (random ? randomGenome(space, budget, uniform, stream) : mutate(space, budget, parent, settings, stream)),
  });
  return genomes.map((genome, index) => ({
    id: candidateId(generation, index + 1),
    genome,
    ...sizesOf(space, genome),
    changed: changedModules(parent, genome),
  }));
}
