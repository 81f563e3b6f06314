import type { OpenModel } from '../model/load-model.ts';
import { moduleIds, type ModuleId } from '../model/spec.ts';
import { mapEvents } from '../base/map-events.ts';
import { buildLevelDatabase, type DatabaseEvent } from '../pruning/build-database.ts';
import type { CalibrationHessians } from '../pruning/calibration-hessians.ts';
import type { LevelDatabase, ModuleLevels } from '../pruning/level-database.ts';
import type { LevelWeights } from '../pruning/level-weights.ts';
import { outputProjection } from '../pruning/prune-module.ts';
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

/** Cuts every module into its levels, spread over the context's workers, puts their weights into `weights` and tells how far each is. */
export async function* databasePhase(
  config: RunConfig,
  context: RunContext,
  model: OpenModel,
  hessians: CalibrationHessians,
  weights: LevelWeights,
): AsyncGenerator<RunEventBody, LevelDatabase> {
  const ids = moduleIds(model.spec);
  const indexOf = ({ layer, kind }: ModuleId): number => ids.findIndex((id) => id.layer === layer && id.kind === kind);
  const shares = new Float64Array(ids.length);
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
    executor: context.executor,
    weights,
    concurrency: context.pruneWorkers,
  });
  const database = yield* mapEvents(events, function* (event: DatabaseEvent): Generator<RunEventBody> {
    const module = indexOf(event.id);
    if (event.type === 'module-progress') {
      shares[module] = event.removed / event.structures;
      yield { type: 'module-progress', module, done: event.removed, total: event.structures };
    } else {
      shares[module] = 1;
      yield { type: 'module-pruned', module, summary: summarise(event.levels), fallbacks: event.levels.fallbacks };
    }
    yield progress();
  });
  const { granularity, modules } = database;
  yield { type: 'database-ready', granularity, modules: modules.map(summarise), bytes: weights.bytes };
  return database;
}
