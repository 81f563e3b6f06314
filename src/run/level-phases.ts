import { explain } from '../base/explained-error.ts';
import { mapEvents } from '../base/map-events.ts';
import { moduleIds, prunableParameters, type ModelSpec } from '../model/spec.ts';
import { calibrate } from '../pruning/calibrate.ts';
import type { LevelDatabase } from '../pruning/level-database.ts';
import type { LevelWeights } from '../pruning/level-weights.ts';
import { ModuleCache } from '../pruning/materialise.ts';
import { moduleName } from '../pruning/prune-module.ts';
import { removeLeftovers } from '../pruning/spill-store.ts';
import { searchSpaceOf } from '../search/search-space.ts';
import { StorageUnavailableError } from '../storage/storage-errors.ts';
import { databaseFlop } from './cost.ts';
import { databasePhase } from './database-phase.ts';
import { latencyPhase } from './latency-phase.ts';
import { budgets } from './memory-budgets.ts';
import { speedBudget, type TimedBudget } from './plan-budget.ts';
import type { RunConfig } from './run-config.ts';
import type { RunContext } from './run-context.ts';
import type { RunEventBody } from './run-events.ts';
import { restoring, type Session } from './session.ts';
import { isSpeed, mostKept } from './target.ts';

/** The levels of every module, and what the search needs to build models of them. */
export interface Levels {
  readonly database: LevelDatabase;
  readonly modules: ModuleCache;
  /** Null where the target is not a speed. */
  readonly timed: TimedBudget | null;
}

/** Calibrates, cuts every module into its levels and times them where that is asked for; of a run that goes on only what is not there yet. */
export async function* buildLevels(session: Session): AsyncGenerator<RunEventBody, Levels> {
  const { context, config, model, memory, phases } = session;
  const weights = await memory.levelWeights(config, model.spec, context.scratch);
  if (phases.isOver('database')) return savedLevels(session, weights);
  yield* clearScratch(context);
  const again = phases.isOver('calibrate');
  await using hessians = yield* again ? restoring(calibratePhase(session)) : phases.during('calibrate', calibratePhase(session));
  if (!again) {
    for (const note of hessians.notes()) {
      const remedy = 'Use more calibration tokens if the result matters.';
      yield { type: 'warning', explanation: { what: note, means: 'The run goes on.', remedy } };
    }
    yield* session.keep({});
  }
  const cutting = keptModules(session, databasePhase({ config, context, model, hessians, weights, known: memory.modules }));
  const levels = yield* phases.during('database', timedLevels(session, cutting));
  yield* session.keep({ latency: levels.timed?.table ?? null });
  return levels;
}

function savedLevels(session: Session, weights: LevelWeights): Levels {
  const { config, memory, model, before } = session;
  const modules = moduleIds(model.spec).map((id, index) => {
    const levels = memory.modules.get(index);
    if (levels === undefined) throw new RangeError(`the levels of ${moduleName(id)} were not saved`);
    return levels;
  });
  const database = { granularity: config.granularity, nominalLevels: config.levels, modules, weights };
  const timed = isSpeed(config.target) && before.latency !== null ? speedBudget(config.target, searchSpaceOf(database), database, before.latency) : null;
  return { database, modules: moduleCache(session, database), timed };
}

/** Saves each module behind its event. */
function keptModules({ keep }: Session, cutting: AsyncGenerator<RunEventBody, LevelDatabase>): AsyncGenerator<RunEventBody, LevelDatabase> {
  return mapEvents(cutting, async function* (event): AsyncGenerator<RunEventBody> {
    yield event;
    if (event.type === 'module-pruned') yield* keep({}, 'soon'); // the memory has it already
  });
}

/** Cuts the levels, and times them where the target is a speed. */
async function* timedLevels(session: Session, cutting: AsyncGenerator<RunEventBody, LevelDatabase>): AsyncGenerator<RunEventBody, Levels> {
  const { config, context, transformer, dense, profiler } = session;
  const database = yield* cutting;
  profiler.add(databaseFlop(dense.spec));
  const modules = moduleCache(session, database);
  const timed = isSpeed(config.target) ? yield* latencyPhase({ target: config.target, transformer, dense, database, modules, seconds: context.timing?.latencySeconds }) : null;
  return { database, modules, timed };
}

function moduleCache({ config, context: { runtime }, scope, dense }: Session, database: LevelDatabase): ModuleCache {
  const budgetBytes = budgets.moduleCache(targetBytes(config, dense.spec));
  return scope.own(new ModuleCache({ runtime, dense, database, budgetBytes }));
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

function calibratePhase({ context, transformer, dense, corpus, sequencesPerBatch, tally, phases }: Session) {
  const { runtime, scratch: storage } = context;
  const tokens = corpus.calibration;
  const total = tokens.ids.length;
  const again = phases.isOver('calibrate'); // its tokens are counted already
  let counted = 0;
  const events = calibrate({ runtime, transformer, dense, tokens, sequencesPerBatch, storage, hessianBytes: budgets.hessians, hiddenBytes: budgets.hidden });
  return mapEvents(events, function* (done): Generator<RunEventBody> {
    if (!again) tally.add({ forward: done - counted });
    counted = done;
    yield { type: 'phase-progress', phase: 'calibrate', done, total, unit: 'tokens' };
  });
}
