import { eventsWhile } from '../base/events-while.ts';
import { ExplainedError, type Explanation } from '../base/explained-error.ts';
import { moduleIds, outputColumns } from '../model/spec.ts';
import type { ModelSpec, ModuleId } from '../model/spec.ts';
import type { Granularity, LevelDatabase, ModuleLevels, PrunedModule } from './level-database.ts';
import type { LevelWeights } from './level-weights.ts';
import type { PruneExecutor } from './prune-executor.ts';
import { absentModule, denseModule, moduleName } from './prune-module.ts';

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
  /** Where the weights of the levels go as each module is done; empty but for what is known, and the caller's to dispose. */
  readonly weights: LevelWeights;
  /** Modules that were cut before, by genome order, whose weights are there; they are not cut again and raise no event. Default: none. */
  readonly known?: (index: number) => ModuleLevels | null;
  /** Modules at work at once: the size of the pool, or 1 on this thread. */
  readonly concurrency: number;
  readonly signal?: AbortSignal | undefined;
}

export type DatabaseEvent =
  | { readonly type: 'module-progress'; readonly id: ModuleId; readonly removed: number; readonly structures: number }
  /**
   * In order of completion, which with several workers is not genome order. `problem`: why the module has its dense level only: a loss that is
   * not known would make all its other levels look alike to whoever chooses.
   */
  | { readonly type: 'module-done'; readonly id: ModuleId; readonly levels: ModuleLevels; readonly problem?: Explanation };

/**
 * Prunes every module by structured OBS and yields how it goes; returns the database in genome order. Modules start in
 * genome order. One whose Hessian or weight is not finite, or is not positive definite with any damping, keeps its dense level. Where one
 * fails otherwise the others are cancelled and its error is thrown; so they are when the consumer stops. At most `concurrency` Hessians are
 * in memory. Throws the errors of the executor and of the weights' storage, or the signal's reason.
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
      const known = options.known?.(index);
      if (known) {
        done.set(id, known);
        continue;
      }
      const { pruned, problem } = await pruneOrKeep(options, id, report);
      const { weights, ...levels } = pruned;
      await options.weights.put(index, moduleName(id), weights, levels);
      done.set(id, levels);
      report({ type: 'module-done', id, levels, ...(problem && { problem }) });
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

/** Faults of one module that the others do not share. By name: they may come from a worker. */
const ownFaults: ReadonlySet<string> = new Set(['HessianNotFiniteError', 'HessianNotPositiveDefiniteError', 'PruningNotFiniteError']);

async function pruneOrKeep(options: BuildDatabaseOptions, id: ModuleId, report: (event: DatabaseEvent) => void): Promise<{ readonly pruned: PrunedModule; readonly problem?: Explanation }> {
  try {
    return { pruned: await pruneOne(options, id, report) };
  } catch (error) {
    if (!(error instanceof ExplainedError && ownFaults.has(error.name))) throw error;
    const { what, remedy } = error.explanation;
    const means = 'It is not cut: this module stays dense in every candidate. The run goes on with the others.';
    return { pruned: denseModule({ ...options, id }), problem: { what, means, remedy } };
  }
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
