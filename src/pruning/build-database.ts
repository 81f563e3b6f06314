import { eventsWhile } from '../base/events-while.ts';
import { moduleIds, outputColumns } from '../model/spec.ts';
import type { ModelSpec, ModuleId } from '../model/spec.ts';
import type { Granularity, LevelDatabase, ModuleLevels, PrunedModule } from './level-database.ts';
import type { LevelWeights } from './level-weights.ts';
import type { PruneExecutor } from './prune-executor.ts';
import { absentModule, moduleName } from './prune-module.ts';

export interface BuildDatabaseOptions {
  /** The dense model; modules that it lacks have one level. */
  readonly spec: ModelSpec;
  readonly granularity: Granularity;
  /** Nominal levels above dense, 10 in the paper. */
  readonly K: number;
  /** Relative damping, 0.01 in the paper. */
  readonly damping: number;
  /** Raw H of a module, which passes over: called once for each module that is there, when its turn comes. */
  readonly takeHessian: (id: ModuleId) => Float64Array<ArrayBuffer> | Promise<Float64Array<ArrayBuffer>>;
  /** Dense output projection `[d, columns]`. */
  readonly readOutputWeight: (id: ModuleId) => Promise<Float32Array>;
  readonly executor: PruneExecutor;
  /** Where the weights of the levels go as each module is done; empty, and the caller's to dispose. */
  readonly weights: LevelWeights;
  /** Modules at work at once: the size of the pool, or 1 on this thread. */
  readonly concurrency: number;
  readonly signal?: AbortSignal | undefined;
}

export type DatabaseEvent =
  | { readonly type: 'module-progress'; readonly id: ModuleId; readonly removed: number; readonly structures: number }
  /** In order of completion, which with several workers is not genome order. */
  | { readonly type: 'module-done'; readonly id: ModuleId; readonly levels: ModuleLevels };

/**
 * Prunes every module by structured OBS and yields how it goes; returns the database in genome order. Modules start in
 * genome order. Where one fails the others are cancelled and its error is thrown; so they are when the consumer stops.
 * At most `concurrency` Hessians are in memory. Throws the errors of `prune-module.ts`, of the executor and of the weights'
 * storage, or the signal's reason.
 */
export async function* buildLevelDatabase(options: BuildDatabaseOptions): AsyncGenerator<DatabaseEvent, LevelDatabase> {
  const { granularity, K, weights } = options;
  const cancel = new AbortController();
  const signal = options.signal === undefined ? cancel.signal : AbortSignal.any([options.signal, cancel.signal]);
  try {
    const modules = yield* eventsWhile<DatabaseEvent, ModuleLevels[]>((report) => pruneAll({ ...options, signal }, cancel, report));
    return { granularity, nominalLevels: K, modules, weights };
  } finally {
    cancel.abort();
  }
}

async function pruneAll(options: BuildDatabaseOptions, cancel: AbortController, report: (event: DatabaseEvent) => void): Promise<ModuleLevels[]> {
  const ids = moduleIds(options.spec);
  const done = new Map<ModuleId, ModuleLevels>();
  const waiting = ids.entries();
  const work = async (): Promise<void> => {
    // One iterator feeds all lanes: each takes the next module when it is free.
    for (const [index, id] of waiting) {
      const { weights, ...levels } = await pruneOne(options, id, report);
      await options.weights.put(index, moduleName(id), weights);
      done.set(id, levels);
      report({ type: 'module-done', id, levels });
    }
  };
  const failures: unknown[] = [];
  const lanes = Array.from({ length: Math.min(options.concurrency, ids.length) }, async () => {
    try {
      await work();
    } catch (error) {
      failures.push(error);
      cancel.abort(error);
    }
  });
  await Promise.all(lanes);
  if (failures.length > 0) throw failures[0];
  return ids.flatMap((id) => done.get(id) ?? []);
}

async function pruneOne(options: BuildDatabaseOptions, id: ModuleId, report: (event: DatabaseEvent) => void): Promise<PrunedModule> {
  const { spec, granularity, K, damping, signal } = options;
  signal?.throwIfAborted();
  if (outputColumns(spec, id) === 0) return absentModule(spec, id, granularity, K);
  const weight = await options.readOutputWeight(id);
  const hessian = await options.takeHessian(id);
  signal?.throwIfAborted();
  const job = { id, spec, granularity, K, damping, weight, hessian };
  return options.executor(job, {
    signal,
    onProgress: ({ removed, total }) => report({ type: 'module-progress', id, removed, structures: total }),
  });
}
