import type { LevelDatabase } from '../pruning/level-database.ts';
import type { ModuleCache } from '../pruning/materialise.ts';
import type { ModelWeights } from '../model/weights.ts';
import { deviceTroubleOf } from '../runtime/device-trouble.ts';
import type { SizedIndividual } from '../search/events.ts';
import { assembleResult, type ResultParts } from './assemble-result.ts';
import type { SearchEnd } from './checkpoints/run-progress.ts';
import { evaluatePhase } from './evaluate-phase.ts';
import { postTrain, type TrainingSaving } from './post-train.ts';
import type { RunEventBody } from './run-events.ts';
import type { Session } from './session.ts';
import { speedPhase } from './speed-phase.ts';
import type { SavedTraining } from './training-course.ts';

/** What the end of a run works with. */
export interface Finishing {
  readonly session: Session;
  readonly database: LevelDatabase;
  readonly modules: ModuleCache;
  readonly outcome: SearchEnd;
  readonly winner: ModelWeights;
}

/** Seconds of training that may be lost, where a save takes little. */
const trainingSaveSeconds = 30;

/** What post-training is measured on; null where there is none: who stops a search wants its result now. */
export const validationOf = ({ corpus }: Session, stopped: boolean): Session['corpus']['validation'] => (stopped ? null : corpus.validation);

/** The winner as it is measured and exported: from the database, or post-trained. Belongs to the session's scope. */
export async function* winnerWeights(
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
  const course = { ...session, runtime, control, weights, trainingPool: corpus.training, validation, tokens, learningRate, trainEmbeddings, seed: config.seed };
  const options = { ...course, from: savedTraining(session), save: trainingSaving(session) };
  if (phases.isOver('post-train')) {
    yield* postTrain(options); // of training that is over only the weights are loaded
    return weights;
  }
  const training = async function* (): AsyncGenerator<RunEventBody, void> {
    tally.add({ trained: yield* postTrain(options) });
  };
  yield* phases.during('post-train', training());
  yield* session.keep({});
  return weights;
}

function savedTraining({ before: { training: progress }, memory: { checkpoints: parts } }: Session): SavedTraining | undefined {
  return progress !== null && parts !== null ? { progress, parts } : undefined;
}

/** Weights and moments are saved now and then: they are four times the model. Of a large one less often, so that saving is a twentieth of the time. */
function trainingSaving({ memory, context: { clock }, keep }: Session): TrainingSaving | undefined {
  const { checkpoints } = memory;
  if (checkpoints === null) return undefined;
  let lastSave = 0;
  return {
    due: () => memory.due(clock.seconds, Math.max(trainingSaveSeconds, 20 * lastSave)),
    async *write(checkpoint) {
      const began = clock.seconds;
      try {
        yield* keep({ training: await checkpoint.writeTo(checkpoints) });
        lastSave = clock.seconds - began;
      } catch (error) {
        if (deviceTroubleOf(error) !== null) throw error;
        const problem = memory.notSaved(error, clock.seconds);
        if (problem !== null) yield { type: 'warning', explanation: problem };
      }
    },
  };
}

type Measured = Pick<ResultParts, 'qualities' | 'speed'>;

/** Quality on held-out text, then speed. Models from the database are borrowed no longer than that. */
async function* measured({ session, modules, outcome, winner }: Finishing): AsyncGenerator<RunEventBody, Measured> {
  using uniform = await modules.lease(outcome.uniform.genome);
  using searched = validationOf(session, outcome.stopped) ? await modules.lease(outcome.winner.genome) : null;
  const options = { ...session, uniform: uniform.weights, searched: searched?.weights ?? null, winner, tokens: session.corpus.evaluation };
  const qualities = yield* evaluatePhase(options);
  return { qualities, speed: yield* speedPhase({ ...options, evaluated: options.tokens.ids.length, secondsEach: session.context.timing?.speedSeconds }) };
}

async function* evaluated(finishing: Finishing): AsyncGenerator<RunEventBody, Measured> {
  const { phases, before, keep } = finishing.session;
  if (before.measured !== null) return { qualities: before.measured.qualities, speed: before.measured.speed ?? undefined };
  const { qualities, speed } = yield* phases.during('evaluate', measured(finishing));
  yield* keep({ measured: { qualities, speed: speed ?? null } });
  return { qualities, speed };
}

/** Measures the winner, exports it and tells the result. */
export async function* finish(finishing: Finishing): AsyncGenerator<RunEventBody, void> {
  const { session, database, outcome, winner } = finishing;
  const { config, context, corpus, phases, tally, dense } = session;
  const { qualities, speed } = yield* evaluated(finishing);
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
