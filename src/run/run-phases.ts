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
import { StorageUnavailableError } from '../storage/storage-errors.ts';
import { assembleResult } from './assemble-result.ts';
import { phaseCosts } from './cost.ts';
import { databasePhase } from './database-phase.ts';
import { Estimator } from './estimator.ts';
import { evaluatePhase } from './evaluate-phase.ts';
import { loadPhase, type Loaded } from './load-phase.ts';
import { budgets } from './memory-budgets.ts';
import { PhaseClock } from './phase-clock.ts';
import { postTrain } from './post-train.ts';
import type { RunConfig } from './run-config.ts';
import type { RunContext } from './run-context.ts';
import type { RunEventBody } from './run-events.ts';
import { searchPhase, type SearchPhaseOutcome } from './search-phase.ts';
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
  readonly sequencesPerBatch: number;
}

/** The phases of a run one after the other; everything that lives longer than a phase belongs to `scope`. */
export async function* runPhases(config: RunConfig, context: RunContext, scope: Scope): AsyncGenerator<RunEventBody, void> {
  const estimator = new Estimator();
  const phases = new PhaseClock(context.clock, estimator);
  const loaded = yield* phases.during('load', loadPhase(config, context));
  estimator.expect(phaseCosts(config, loaded.model.spec));
  const { runtime } = context;
  const transformer = scope.own(await Transformer.create(runtime, loaded.model.spec, { logitsBytes: budgets.logits }));
  const { weights: dense } = scope.own(await DenseWeights.load(runtime, loaded.model.weights));
  const sequencesPerBatch = Math.max(1, Math.floor(config.batchTokens / loaded.corpus.length));
  const session: Session = { ...loaded, config, context, scope, transformer, dense, tally: new TokenTally(), estimator, phases, sequencesPerBatch };
  const database = yield* buildDatabase(session);
  const modules = scope.own(
    new ModuleCache({ runtime, dense, database, budgetBytes: budgets.moduleCache(targetBytes(config, loaded.model.spec)) }),
  );
  const publish = publisher(session, modules);
  const outcome = yield* phases.during('search', searchPhase({ ...session, database, modules, publish }));
  const winner = yield* winnerWeights(session, modules, outcome.winner, outcome.stopped);
  publish(outcome.winner, winner);
  yield* finish(session, database, modules, outcome, winner);
}

/** Tells the context which models can write samples: the dense one and a candidate, from the database or as given. */
function publisher({ context, scope, transformer, model, dense }: Session, modules: ModuleCache) {
  const { runtime, onModels } = context;
  scope.own({ [Symbol.dispose]: () => onModels?.(null) });
  return ({ id, genome }: Individual, weights?: ModelWeights): void =>
    onModels?.({
      runtime,
      transformer,
      tokenizer: model.tokenizer,
      dense,
      parent: async () => {
        const lease = weights === undefined ? await modules.lease(genome) : { weights, [Symbol.dispose]: () => undefined };
        return { id, weights: lease.weights, [Symbol.dispose]: () => lease[Symbol.dispose]() };
      },
    });
}

async function* buildDatabase(session: Session): AsyncGenerator<RunEventBody, LevelDatabase> {
  const { context, config, model, phases, scope } = session;
  yield* clearScratch(context);
  await using hessians = yield* phases.during('calibrate', calibratePhase(session));
  for (const note of hessians.notes()) {
    const remedy = 'Use more calibration tokens if the result matters.';
    yield { type: 'warning', explanation: { what: note, means: 'The run goes on.', remedy } };
  }
  const options = { storage: context.scratch, precision: config.databasePrecision, memoryBytes: budgets.levelWeights };
  const weights = scope.own(new LevelWeights(options));
  return yield* phases.during('database', databasePhase(config, context, model, hessians, weights));
}

/** Frees the storage of what earlier runs left that were cut off; the run goes on where that fails. Where nothing can be kept nothing was left. */
async function* clearScratch({ scratch }: RunContext): AsyncGenerator<RunEventBody, void> {
  try {
    await removeLeftovers(scratch);
  } catch (error) {
    if (!(error instanceof StorageUnavailableError)) yield { type: 'warning', explanation: explain(error) };
  }
}

/** Bytes of all modules of a model of the target size. */
const targetBytes = (config: RunConfig, spec: ModelSpec): number =>
  (1 - config.target.sparsity) * prunableParameters(spec) * Float32Array.BYTES_PER_ELEMENT;

function calibratePhase({ context, transformer, dense, corpus, sequencesPerBatch, tally }: Session) {
  const { runtime, scratch: storage } = context;
  const tokens = corpus.calibration;
  const total = tokens.ids.length;
  tally.add({ forward: total });
  const events = calibrate({ runtime, transformer, dense, tokens, sequencesPerBatch, storage, hessianBytes: budgets.hessians, hiddenBytes: budgets.hidden });
  return mapEvents(events, function* (done): Generator<RunEventBody> {
    yield { type: 'phase-progress', phase: 'calibrate', done, total, unit: 'tokens' };
  });
}

/** The winner as it is measured and exported: from the database, or post-trained. Belongs to the session's scope. */
async function* winnerWeights(
  session: Session,
  modules: ModuleCache,
  winner: SizedIndividual,
  stopped: boolean,
): AsyncGenerator<RunEventBody, ModelWeights> {
  const { config, context, scope, corpus, phases, tally } = session;
  const { tokens, learningRate } = config.postTraining;
  if (corpus.validation === null || stopped) return scope.own(await modules.lease(winner.genome)).weights;
  const { trainEmbeddings } = config;
  const { weights } = scope.own(await modules.ownedModel(winner.genome, { embeddings: trainEmbeddings }));
  const { runtime, control } = context;
  const options = { ...session, runtime, control, weights, trainingPool: corpus.training, validation: corpus.validation, tokens, learningRate, trainEmbeddings, seed: config.seed };
  tally.add({ trained: yield* phases.during('post-train', postTrain(options)) });
  return weights;
}

/** Measures the winner, exports it and tells the result. */
async function* finish(session: Session, database: LevelDatabase, modules: ModuleCache, outcome: SearchPhaseOutcome, winner: ModelWeights): AsyncGenerator<RunEventBody, void> {
  const { config, context, corpus, phases, tally, dense } = session;
  const tokens = corpus.evaluation;
  const uniform = session.scope.own(await modules.lease(outcome.uniform.genome)).weights;
  const qualities = yield* phases.during('evaluate', evaluatePhase({ ...session, uniform, winner, tokens }));
  const { exportPhase, winnerDesk } = await import('./export-phase.ts'); // the writers are loaded when they are needed
  const desk = winnerDesk({ ...session, winner, genome: outcome.winner.genome }, session.scope);
  yield* phases.during('export', exportPhase(desk, config.exports));
  const result = assembleResult({
    dense: dense.spec,
    winner,
    genome: outcome.winner.genome,
    database,
    qualities,
    heldOutTokens: tokens.ids.length,
    seconds: phases.seconds,
    tokens: tally.snapshot(),
    peakBytes: context.runtime.live().peakBytes,
    stopped: outcome.stopped,
  });
  desk.run = { config, result, sets: corpus.sets };
  session.scope.own({ [Symbol.dispose]: () => context.onExports?.(null) });
  context.onExports?.(desk);
  yield { type: 'memory', ...context.runtime.live() };
  yield { type: 'run-finished', result };
}
