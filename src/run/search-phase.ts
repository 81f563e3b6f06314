import { mapEvents } from '../base/map-events.ts';
import type { Transformer } from '../model/transformer.ts';
import type { ModelWeights } from '../model/weights.ts';
import type { LevelDatabase } from '../pruning/level-database.ts';
import type { ModuleCache } from '../pruning/materialise.ts';
import type { Budget } from '../search/budget.ts';
import type { SearchOutcome, SizedIndividual } from '../search/events.ts';
import type { SearchPosition } from '../search/position.ts';
import { searchSpaceOf, sizesOf, type SearchSpace } from '../search/search-space.ts';
import { search } from '../search/search.ts';
import { uniformGenome } from '../search/uniform.ts';
import type { Corpus } from './corpus.ts';
import type { Estimator } from './estimator.ts';
import { DenseStates } from './dense-states.ts';
import { stageWorks } from './generation-pace.ts';
import { budgets } from './memory-budgets.ts';
import { createMeasure } from './measure-stage.ts';
import type { MeasuringOptions } from './measured-stage.ts';
import { sizeBudget, type TimedBudget } from './plan-budget.ts';
import type { Profiler } from './profiler.ts';
import type { RunConfig } from './run-config.ts';
import type { RunContext } from './run-context.ts';
import type { SearchEnd, SearchProgress } from './checkpoints/run-progress.ts';
import type { RunEventBody } from './run-events.ts';
import type { Session } from './session.ts';
import { toRunEvent, type TokenCount } from './search-events.ts';
import { isSpeed } from './target.ts';
import type { TokenTally } from './token-tally.ts';

export interface SearchPhaseOptions {
  readonly config: RunConfig;
  readonly context: RunContext;
  readonly transformer: Transformer;
  readonly dense: ModelWeights;
  readonly database: LevelDatabase;
  readonly modules: ModuleCache;
  /** The budget of a target in speed, whose levels were timed; null for any other. */
  readonly timed: TimedBudget | null;
  readonly corpus: Corpus;
  readonly sequencesPerBatch: number;
  readonly tally: TokenTally;
  readonly estimator: Estimator;
  readonly profiler: Profiler;
  /** Where the run stood when it went on: in the middle of the search, if `search` is not null. */
  readonly before: Pick<Session['before'], 'search'>;
  readonly keep: Session['keep'];
  /** Told of the parent whenever there is a new one. */
  readonly publish: (parent: SizedIndividual) => void;
}

/** Searches the level assignment, or takes the uniform one, and tells everything on the way. Throws TargetUnreachableError, ParametersUnreachableError. */
export async function* searchPhase(options: SearchPhaseOptions): AsyncGenerator<RunEventBody, SearchEnd> {
  const { config, tally, before: { search: from } } = options;
  const { space, budget } = planned(options);
  const genome = uniformGenome(space, budget);
  const uniform = { id: '0.00', genome, ...sizesOf(space, genome) };
  if (from === null) yield started(config, space, budget, uniform);
  options.publish(from?.position.parent ?? uniform);
  const tokensBefore = from?.tokensBefore ?? tally.snapshot();
  using denseStates = new DenseStates(options.context.runtime, options.transformer, options.dense, options.corpus.fitness, budgets.denseStates, from?.knownStates);
  const events = search({
    space,
    budget,
    strategy: config.search.strategy,
    seed: config.seed,
    settings: config.search,
    measure: createMeasure(measuringOptions(options, denseStates)),
    ...(from !== null && { startAfter: from.position }),
    takeChanges: () => options.context.control.takeChanges(),
    takeParent: () => options.context.control.takeParent(),
    shouldStop: () => options.context.control.stopRequested,
  });
  const reached = (position: SearchPosition): SearchProgress => ({ position, tokensBefore, knownStates: denseStates.known });
  const outcome = yield* relay(events, options, () => tally.since(tokensBefore), reached);
  yield { type: 'search-finished', winner: outcome.parent, fitness: outcome.fitness, stopped: outcome.stopped };
  return { uniform, winner: outcome.parent, stopped: outcome.stopped };
}

function started(config: RunConfig, { unit }: SearchSpace, { dense, least, most, tolerance }: Budget, uniform: SizedIndividual): RunEventBody {
  return { type: 'search-started', dense, least, most, tolerance, ...(unit !== 'parameters' && { unit }), uniform, strategy: config.search.strategy };
}

function planned({ config: { target }, database, dense, timed }: SearchPhaseOptions): { space: SearchSpace; budget: Budget } {
  if (timed !== null) return timed;
  if (isSpeed(target)) throw new RangeError('the levels were not timed');
  const space = searchSpaceOf(database);
  return { space, budget: sizeBudget(target, dense.spec, space) };
}

function measuringOptions({ config, context, transformer, dense, modules, corpus, sequencesPerBatch, tally }: SearchPhaseOptions, denseStates: DenseStates): MeasuringOptions {
  const { runtime } = context;
  return {
    runtime,
    transformer,
    dense,
    modules,
    fitnessPool: corpus.fitness,
    denseStates,
    trainingPool: corpus.training,
    fitness: config.search.fitness,
    earlyStop: config.search.earlyStop,
    trainEmbeddings: config.trainEmbeddings,
    seed: config.seed,
    sequencesPerBatch,
    stateBytes: budgets.candidateStates,
    count: (tokens) => tally.add(tokens),
  };
}

/** Passes the search's events on as the run's, with the clock of the estimate kept. */
function relay(
  events: ReturnType<typeof search>,
  { context, corpus, estimator, profiler, publish, keep, before }: SearchPhaseOptions,
  tokens: () => TokenCount,
  reached: (position: SearchPosition) => SearchProgress,
): AsyncGenerator<RunEventBody, SearchOutcome> {
  let generations = before.search?.position.settings.generations ?? 0;
  return mapEvents(events, async function* (event): AsyncGenerator<RunEventBody> {
    const at = context.clock.seconds;
    // A generation that is over is saved at once; a stage, when more would be lost than a save is worth.
    if (event.type === 'position') return yield* keep({ search: reached(event.position) }, event.position.within === null ? 'now' : 'soon');
    if (event.type === 'generation-started') {
      generations = event.generations;
      const works = stageWorks(event.offspring.length, event.stages, corpus.length);
      estimator.generationBegins({ generation: event.generation, generations, works }, at, profiler.onceSeconds);
    }
    if (event.type === 'stage-finished') estimator.stageEnds(at, profiler.onceSeconds);
    yield toRunEvent(event, tokens());
    if (event.type === 'generation-started' || event.type === 'stage-finished') yield estimator.estimate(at);
    if (event.type === 'parent-chosen') publish(event.parent);
    if (event.type !== 'generation-finished') return;
    publish(event.parent);
    yield { type: 'phase-progress', phase: 'search', done: event.generation, total: generations, unit: 'generations' };
    yield estimator.estimate(at);
    yield { type: 'memory', ...context.runtime.live() };
    yield { type: 'profile', profile: profiler.profile() };
  });
}
