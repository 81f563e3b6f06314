import type { Value } from '../../onnx/graph.ts';

/** A module as a function of its input and its tensors. */
export interface ModuleGraph {
  /** `[tokens, hidden]` */
  readonly x: Value;
  /** Weights by the names of `weights.ts`. */
  readonly tensors: ReadonlyMap<string, Value>;
  /** What is worth keeping for the way back, `[tokens, columns]` each: results of matrix products. The rest is cheap to make again. */
  readonly products: Readonly<Record<string, Value>>;
  /** Input of the output projection `[tokens, columns]`. */
  readonly projected: Value;
  /** `[tokens, hidden]`, residual included. */
  readonly output: Value;
}
