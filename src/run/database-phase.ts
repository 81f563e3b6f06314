import type { OpenModel } from '../model/load-model.ts';
import { moduleIds, type ModuleId } from '../model/spec.ts';
import { mapEvents } from '../base/map-events.ts';
import { buildLevelDatabase, type DatabaseEvent } from '../pruning/build-database.ts';
import type { CalibrationHessians } from '../pruning/calibration-hessians.ts';
import type { LevelDatabase, ModuleLevels } from '../pruning/level-database.ts';
import type { LevelWeights } from '../pruning/level-weights.ts';
import type { PruneExecutor } from '../pruning/prune-executor.ts';
import { outputProjection } from '../pruning/prune-module.ts';
import { deviceExecutor } from '../pruning/prune-on-device.ts';
import { damping } from './damping.ts';
import type { RunConfig } from './run-config.ts';
import type { RunContext } from './run-context.ts';
import type { ModuleSummary, RunEventBody } from './run-events.ts';

/** A module's levels without their weights. */
export const summarise = ({ id, structures, levels }: ModuleLevels): ModuleSummary => ({
  ...id,
  structures,
  levels: levels.map(({ kept, parameters, loss }) => ({ kept: kept.length, parameters, loss })),
});

/** Where modules are cut. What was asked of a device that this run does not compute on is done on the processor, and told. */
function* executorFor({ databaseOn }: RunConfig, { executor, invert, runtime }: RunContext): Generator<RunEventBody, PruneExecutor> {
  if (databaseOn === 'cpu') return executor;
  if (runtime.eliminator !== null) return deviceExecutor({ eliminator: runtime.eliminator, ...(invert && { invert }) }, executor);
  const what = 'The level database was to be built on the graphics card, but this run does not compute there.';
  yield { type: 'warning', explanation: { what, means: 'It is built on the processor, in float64.', remedy: 'Choose WebGPU as the backend where there is a graphics card.' } };
  return executor;
}

export interface DatabasePhaseOptions {
  readonly config: RunConfig;
  readonly context: RunContext;
  readonly model: OpenModel;
  readonly hessians: CalibrationHessians;
  readonly weights: LevelWeights;
  /** Modules that are cut already, by genome order, with their weights in `weights`; the others are added as they are told. */
  readonly known: Map<number, ModuleLevels>;
}

/** Cuts every module into its levels, spread over the context's workers, puts their weights into `weights` and tells how far each is. */
export async function* databasePhase({ config, context, model, hessians, weights, known }: DatabasePhaseOptions): AsyncGenerator<RunEventBody, LevelDatabase> {
  const ids = moduleIds(model.spec);
  const indexOf = ({ layer, kind }: ModuleId): number => ids.findIndex((id) => id.layer === layer && id.kind === kind);
  const shares = Float64Array.from(ids, (_, index) => (known.has(index) ? 1 : 0));
  const progress = (): RunEventBody => {
    const done = shares.reduce((sum, share) => sum + share, 0);
    return { type: 'phase-progress', phase: 'database', done, total: ids.length, unit: 'modules' };
  };
  const events = buildLevelDatabase({
    spec: model.spec,
    granularity: config.granularity,
    K: config.levels,
    damping,
    takeHessian: (id) => hessians.take(id),
    readOutputWeight: (id) => model.weights.read(outputProjection(id)),
    executor: yield* executorFor(config, context),
    weights,
    known: (index) => known.get(index) ?? null,
    concurrency: context.pruneWorkers,
  });
  const database = yield* mapEvents(events, function* (event: DatabaseEvent): Generator<RunEventBody> {
    const module = indexOf(event.id);
    if (event.type === 'module-progress') {
      shares[module] = event.removed / event.structures;
      yield { type: 'module-progress', module, done: event.removed, total: event.structures };
    } else {
      shares[module] = 1;
      known.set(module, event.levels);
      if (event.problem) yield { type: 'warning', explanation: event.problem };
      const { fallbacks, onDevice, dampingRaised } = event.levels;
      yield { type: 'module-pruned', module, summary: summarise(event.levels), fallbacks, ...(onDevice && { onDevice }), ...(dampingRaised !== undefined && { dampingRaised }) };
    }
    yield progress();
  });
  const { granularity, modules } = database;
  yield { type: 'database-ready', granularity, modules: modules.map(summarise), bytes: weights.bytes };
  return database;
}
