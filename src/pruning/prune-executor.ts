import type { PrunedModule } from './level-database.ts';
import { pruneModuleStepwise } from './prune-module.ts';
import type { PruneJob } from './prune-module.ts';
import { runSliced } from './run-sliced.ts';
import type { PruneStep } from './structured-obs.ts';

export interface PruneExecutorOptions {
  readonly onProgress?: ((step: PruneStep) => void) | undefined;
  /** Aborting ends the job with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** Runs prune jobs somewhere: on this thread or on workers. A job's Hessian is used up. */
export type PruneExecutor = (job: PruneJob, options?: PruneExecutorOptions) => Promise<PrunedModule>;

/** Prunes on this thread, in slices between which the event loop runs. */
export const pruneInline: PruneExecutor = async (job, options) => runSliced(pruneModuleStepwise(job), options);
