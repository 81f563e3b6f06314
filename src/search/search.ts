import { explain } from '../base/explained-error.ts';
import type { Genome } from '../pruning/level-database.ts';
import { adopt, fitParent } from './adopt.ts';
import type { Budget } from './budget.ts';
import { ResumeMismatchError, SearchSettingsError } from './errors.ts';
import type { ChangeRefused, Individual, OffspringSummary, SearchEvent, SearchOutcome, SettingsChanged, SizedIndividual } from './events.ts';
import { selectParent } from './generation.ts';
import type { Measure } from './measure.ts';
import { mutate } from './mutate.ts';
import { drawOffspring } from './offspring.ts';
import { randomGenome } from './random-genome.ts';
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
  /** Resumes: the last finished generation and its parent. Draws what the unbroken run would have drawn. */
  readonly startAfter?: { readonly generation: number; readonly parent: Individual };
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
 * It knows of models only what `measure` tells. All draws depend on the seed, the generation and the offspring alone.
 *
 * @throws SearchSettingsError where the first settings are not valid
 * @throws ResumeMismatchError where `startAfter` does not fit the space or the budget
 * @throws MeasurementError where `measure` breaks its contract; what it throws itself passes through
 */
export async function* search(options: SearchOptions): AsyncGenerator<SearchEvent, SearchOutcome, void> {
  checkSettings(options.settings);
  const shouldStop = options.shouldStop ?? (() => false);
  const uniform = uniformGenome(options.space, options.budget);
  let { settings } = options;
  let outcome: SearchOutcome = { ...startOf(options, uniform), fitness: null, stopped: false };
  if (options.strategy === 'uniform') return outcome;
  for (;;) {
    const generation = outcome.generation + 1;
    const change = takeChange(options, settings, generation);
    if (change) {
      settings = change.settings;
      yield change.event;
    }
    outcome = yield* withChosenParent(options, outcome, generation);
    if (generation > settings.generations) return outcome;
    if (shouldStop()) return { ...outcome, stopped: true };
    const { parent } = outcome;
    const offspring = offspringOf(options, settings, generation, parent.genome, uniform);
    const { generations, stages, learningRate, offspring: wanted } = settings;
    yield { type: 'generation-started', generation, generations, parent, offspring, wanted, stages, learningRate };
    const end = yield* selectParent({ generation, parent, offspring, settings, measure: options.measure, shouldStop });
    // What was chosen meanwhile would be lost with the generation.
    if (!end) return { ...(yield* withChosenParent(options, outcome, generation)), stopped: true };
    yield end;
    const { fitness, ...next } = end.parent;
    outcome = { parent: next, fitness, generation, stopped: false };
  }
}

function startOf({ space, budget, startAfter }: SearchOptions, uniform: Genome): { parent: SizedIndividual; generation: number } {
  if (!startAfter) return { parent: { id: candidateId(0, 0), genome: uniform, ...sizesOf(space, uniform) }, generation: 0 };
  const { generation, parent } = startAfter;
  const fitted = fitParent(space, budget, parent);
  if (typeof fitted === 'string') throw new ResumeMismatchError(fitted);
  return { parent: fitted, generation };
}

/** The outcome so far with the parent that the user chose since, not yet measured as one. */
function* withChosenParent({ space, budget, takeParent }: SearchOptions, outcome: SearchOutcome, generation: number): Generator<SearchEvent, SearchOutcome> {
  const chosen = takeParent?.();
  const event = chosen ? adopt(space, budget, generation, outcome.parent, chosen) : null;
  if (event) yield event;
  return event?.type === 'parent-chosen' ? { ...outcome, parent: event.parent, fitness: null } : outcome;
}

interface TakenChange {
  readonly settings: SearchSettings;
  readonly event: SettingsChanged | ChangeRefused;
}

/** A change that is not valid must not end a long run: it is refused in the stream. */
function takeChange(options: SearchOptions, settings: SearchSettings, generation: number): TakenChange | null {
  const changes = options.takeChanges?.();
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

function offspringOf(options: SearchOptions, settings: SearchSettings, generation: number, parent: Genome, uniform: Genome): OffspringSummary[] {
  const { space, budget, seed, strategy } = options;
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
