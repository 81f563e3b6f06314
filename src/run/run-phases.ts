import { explain } from '../base/explained-error.ts';
import { mapEvents } from '../base/map-events.ts';
import type { Scope } from '../base/scope.ts';
import { DenseWeights } from '../model/dense-weights.ts';
import { prunableParameters, type ModelSpec } from '../model/spec.ts';
import { Transformer } from '../model/transformer.ts';
import type { ModelWeights } from '../model/weights.ts';
import { calibrate } from '../pruning/calibrate.ts';
import type { LevelDatabase } from '../pruning/level-database.ts';
import { LevelWeights } from '../pruning/level-weights.ts';
import { ModuleCache } from '../pruning/materialise.ts';
import { removeLeftovers } from '../pruning/spill-store.ts';
import type { Individual, SizedIndividual } from '../search/events.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { chatPrompt } from '../sources/chat-template.ts';
import { StorageUnavailableError } from '../storage/storage-errors.ts';
import { assembleResult, type ResultParts } from './assemble-result.ts';
import { databaseFlop } from './cost.ts';
import { databasePhase } from './database-phase.ts';
import { Estimator } from './estimator.ts';
import { expectedCosts } from './expected-costs.ts';
import { evaluatePhase } from './evaluate-phase.ts';
import { latencyPhase, usualLatencySeconds } from './latency-phase.ts';
import { loadPhase, type Loaded } from './load-phase.ts';
import { budgets } from './memory-budgets.ts';
import { peakFlops } from './peak-flops.ts';
import { PhaseClock } from './phase-clock.ts';
import type { Profiler } from './profiler.ts';
import type { TimedBudget } from './plan-budget.ts';
import { postTrain } from './post-train.ts';
import type { RunConfig } from './run-config.ts';
import type { RunContext } from './run-context.ts';
import type { RunEventBody } from './run-events.ts';
import { searchPhase, type SearchPhaseOutcome } from './search-phase.ts';
import { speedPhase, usualSpeedSeconds } from './speed-phase.ts';
import { isSpeed, mostKept } from './target.ts';
import { TokenTally } from './token-tally.ts';

/** What the phases after loading share. */
interface Session extends Loaded {
  readonly config: RunConfig;
  readonly context: RunContext;
  readonly scope: Scope;
  readonly transformer: Transformer;
  readonly dense: ModelWeights;
  readonly tally: TokenTally;
  readonly estimator: Estimator;
  readonly phases: PhaseClock;
  readonly profiler: Profiler;
  readonly sequencesPerBatch: number;
}

/** The phases of a run one after the other; everything that lives longer than a phase belongs to `scope`. */
export async function* runPhases(config: RunConfig, context: RunContext, scope: Scope, profiler: Profiler): AsyncGenerator<RunEventBody, void> {
  const estimator = new Estimator();
  const phases = new PhaseClock(context.clock, estimator, profiler);
  const loaded = yield* phases.during('load', loadPhase(config, context));
  const { runtime } = context;
  estimator.expect(expected(config, context, loaded), await probe(profiler, runtime));
  const transformer = scope.own(await Transformer.create(runtime, loaded.model.spec, { logitsBytes: budgets.logits }));
  const { weights: dense } = scope.own(await DenseWeights.load(runtime, loaded.model.weights));
  const sequencesPerBatch = Math.max(1, Math.floor(config.batchTokens / loaded.corpus.length));
  const session: Session = { ...loaded, config, context, scope, transformer, dense, tally: new TokenTally(), estimator, phases, profiler, sequencesPerBatch };
  profiler.watch({ flop: () => transformer.flop, tokens: () => session.tally.snapshot() });
  const { database, modules, timed } = yield* buildDatabase(session);
  const publish = publisher(session, modules);
  const outcome = yield* phases.during('search', searchPhase({ ...session, database, modules, timed, publish }));
  const winner = yield* winnerWeights(session, modules, outcome.winner, outcome.stopped);
  publish(outcome.winner, { weights: winner, postTrained: validationOf(session, outcome.stopped) !== null });
  yield* finish({ session, database, modules, outcome, winner });
}

/** The device's peak, which is no work of the run's. */
async function probe(profiler: Profiler, runtime: Runtime): Promise<number> {
  profiler.rest();
  const peak = await peakFlops(runtime);
  profiler.peakFlops = peak;
  profiler.resume();
  return peak;
}

function expected(config: RunConfig, { pruneWorkers, timing }: RunContext, { model, corpus }: Loaded): ReturnType<typeof expectedCosts> {
  return expectedCosts(config, {
    spec: model.spec,
    length: corpus.length,
    poolSequences: corpus.fitness.sequences,
    validationTokens: corpus.validation?.ids.length ?? 0,
    pruneWorkers,
    speedSeconds: timing?.speedSeconds ?? usualSpeedSeconds,
    latencySeconds: timing?.latencySeconds ?? usualLatencySeconds,
  });
}

/** Tells the context which models can write samples: the dense one and a candidate, from the database or as given. */
function publisher({ context, scope, transformer, model, companions, dense }: Session, modules: ModuleCache) {
  const { onModels } = context;
  const chat = chatPrompt(companions);
  scope.own({ [Symbol.dispose]: () => onModels?.(null) });
  return ({ id, genome }: Individual, final?: { readonly weights: ModelWeights; readonly postTrained: boolean }): void =>
    onModels?.({
      transformer,
      tokenizer: model.tokenizer,
      chat,
      dense,
      candidate: (chosen) => modules.lease(chosen),
      parent: async () => {
        const lease = final ? { weights: final.weights, [Symbol.dispose]: () => undefined } : await modules.lease(genome);
        return { id, postTrained: final?.postTrained ?? false, weights: lease.weights, [Symbol.dispose]: () => lease[Symbol.dispose]() };
      },
    });
}

/** The levels of every module, and what the search needs to build models of them. */
interface Levels {
  readonly database: LevelDatabase;
  readonly modules: ModuleCache;
  /** Null where the target is not a speed. */
  readonly timed: TimedBudget | null;
}

async function* buildDatabase(session: Session): AsyncGenerator<RunEventBody, Levels> {
  const { context, config, model, phases, scope } = session;
  yield* clearScratch(context);
  await using hessians = yield* phases.during('calibrate', calibratePhase(session));
  for (const note of hessians.notes()) {
    const remedy = 'Use more calibration tokens if the result matters.';
    yield { type: 'warning', explanation: { what: note, means: 'The run goes on.', remedy } };
  }
  const options = { storage: context.scratch, precision: config.databasePrecision, memoryBytes: budgets.levelWeights };
  const weights = scope.own(new LevelWeights(options));
  return yield* phases.during('database', levels(session, databasePhase(config, context, model, hessians, weights)));
}

/** Cuts the levels, and times them where the target is a speed. */
async function* levels({ config, context, scope, transformer, dense, profiler }: Session, cutting: AsyncGenerator<RunEventBody, LevelDatabase>): AsyncGenerator<RunEventBody, Levels> {
  const database = yield* cutting;
  profiler.add(databaseFlop(dense.spec));
  const budgetBytes = budgets.moduleCache(targetBytes(config, dense.spec));
  const modules = scope.own(new ModuleCache({ runtime: context.runtime, dense, database, budgetBytes }));
  const timed = isSpeed(config.target) ? yield* latencyPhase({ target: config.target, transformer, dense, database, modules, seconds: context.timing?.latencySeconds }) : null;
  return { database, modules, timed };
}

/** Frees the storage of what earlier runs left that were cut off; the run goes on where that fails. Where nothing can be kept nothing was left. */
async function* clearScratch({ scratch }: RunContext): AsyncGenerator<RunEventBody, void> {
  try {
    await removeLeftovers(scratch);
  } catch (error) {
    if (!(error instanceof StorageUnavailableError)) yield { type: 'warning', explanation: explain(error) };
  }
}

/** Bytes of all modules of a model of the target, at most. */
const targetBytes = (config: RunConfig, spec: ModelSpec): number =>
  mostKept(config.target, spec) * prunableParameters(spec) * Float32Array.BYTES_PER_ELEMENT;

function calibratePhase({ context, transformer, dense, corpus, sequencesPerBatch, tally }: Session) {
  const { runtime, scratch: storage } = context;
  const tokens = corpus.calibration;
  const total = tokens.ids.length;
  let counted = 0;
  const events = calibrate({ runtime, transformer, dense, tokens, sequencesPerBatch, storage, hessianBytes: budgets.hessians, hiddenBytes: budgets.hidden });
  return mapEvents(events, function* (done): Generator<RunEventBody> {
    tally.add({ forward: done - counted });
    counted = done;
    yield { type: 'phase-progress', phase: 'calibrate', done, total, unit: 'tokens' };
  });
}

/** What the end of a run works with. */
interface Finishing {
  readonly session: Session;
  readonly database: LevelDatabase;
  readonly modules: ModuleCache;
  readonly outcome: SearchPhaseOutcome;
  readonly winner: ModelWeights;
}

/** What post-training is measured on; null where there is none: who stops a search wants its result now. */
const validationOf = ({ corpus }: Session, stopped: boolean): Session['corpus']['validation'] => (stopped ? null : corpus.validation);

/** The winner as it is measured and exported: from the database, or post-trained. Belongs to the session's scope. */
async function* winnerWeights(
  session: Session,
  modules: ModuleCache,
  winner: SizedIndividual,
  stopped: boolean,
): AsyncGenerator<RunEventBody, ModelWeights> {
  const { config, context, scope, corpus, phases, tally } = session;
  const { tokens, learningRate } = config.postTraining;
  const validation = validationOf(session, stopped);
  if (validation === null) return scope.own(await modules.lease(winner.genome)).weights;
  const { trainEmbeddings } = config;
  const { weights } = scope.own(await modules.ownedModel(winner.genome, { embeddings: trainEmbeddings }));
  const { runtime, control } = context;
  const options = { ...session, runtime, control, weights, trainingPool: corpus.training, validation, tokens, learningRate, trainEmbeddings, seed: config.seed };
  const training = async function* (): AsyncGenerator<RunEventBody, void> {
    tally.add({ trained: yield* postTrain(options) });
  };
  yield* phases.during('post-train', training());
  return weights;
}

/** Quality on held-out text, then speed. Models from the database are borrowed no longer than that. */
async function* measured({ session, modules, outcome, winner }: Finishing): AsyncGenerator<RunEventBody, Pick<ResultParts, 'qualities' | 'speed'>> {
  using uniform = await modules.lease(outcome.uniform.genome);
  using searched = validationOf(session, outcome.stopped) ? await modules.lease(outcome.winner.genome) : null;
  const options = { ...session, uniform: uniform.weights, searched: searched?.weights ?? null, winner, tokens: session.corpus.evaluation };
  const qualities = yield* evaluatePhase(options);
  return { qualities, speed: yield* speedPhase({ ...options, evaluated: options.tokens.ids.length, secondsEach: session.context.timing?.speedSeconds }) };
}

/** Measures the winner, exports it and tells the result. */
async function* finish(finishing: Finishing): AsyncGenerator<RunEventBody, void> {
  const { session, database, outcome, winner } = finishing;
  const { config, context, corpus, phases, tally, dense } = session;
  const { qualities, speed } = yield* phases.during('evaluate', measured(finishing));
  const { exportPhase, winnerDesk } = await import('./export-phase.ts'); // the writers are loaded when they are needed
  const desk = winnerDesk({ ...session, winner, genome: outcome.winner.genome }, session.scope);
  yield* phases.during('export', exportPhase(desk, config.exports));
  const result = assembleResult({
    dense: dense.spec,
    winner,
    genome: outcome.winner.genome,
    database,
    qualities,
    speed,
    heldOutTokens: corpus.evaluation.ids.length,
    seconds: phases.seconds,
    tokens: tally.snapshot(),
    peakBytes: context.runtime.live().peakBytes,
    profile: session.profiler.profile(),
    stopped: outcome.stopped,
  });
  desk.run = { config, result, sets: corpus.sets };
  session.scope.own({ [Symbol.dispose]: () => context.onExports?.(null) });
  context.onExports?.(desk);
  yield { type: 'memory', ...context.runtime.live() };
  yield { type: 'run-finished', result };
}
