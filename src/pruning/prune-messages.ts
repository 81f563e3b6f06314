import { explain, ExplainedError } from '../base/explained-error.ts';
import type { Explanation } from '../base/explained-error.ts';
import type { PreparedHessian } from './hessian.ts';
import type { PrunedModule } from './level-database.ts';
import type { PruneJob } from './prune-module.ts';
import type { PruneStep } from './structured-obs.ts';

/** To a pruning worker. `job` numbers the jobs of one pool. */
export type PruneRequest =
  | { readonly type: 'prune'; readonly job: number; readonly input: PruneJob }
  /** For `keptInverse`; the Hessian is copied. */
  | { readonly type: 'invert'; readonly job: number; readonly hessian: PreparedHessian; readonly kept: Int32Array }
  | { readonly type: 'cancel'; readonly job: number };

/** An error on its way between threads: classes do not survive structured cloning. */
export interface CarriedError {
  readonly name: string;
  readonly explanation: Explanation;
}

/** From a pruning worker; every job ends with exactly one `pruned`, `inverted` or `failed`. */
export type PruneReply =
  | { readonly type: 'progress'; readonly job: number; readonly step: PruneStep }
  | { readonly type: 'pruned'; readonly job: number; readonly pruned: PrunedModule }
  | { readonly type: 'inverted'; readonly job: number; readonly inverse: Float32Array | null }
  | { readonly type: 'failed'; readonly job: number; readonly error: CarriedError };

/** An error that was raised in a worker: the name and the three lines of the original. */
export class CarriedOverError extends ExplainedError {
  constructor({ name, explanation }: CarriedError) {
    super(explanation);
    this.name = name;
  }
}

/** What of a thrown value crosses to another thread. */
export function carry(error: unknown): CarriedError {
  return { name: error instanceof Error ? error.name : 'Error', explanation: explain(error) };
}
