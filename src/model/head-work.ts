import type { Tensor } from '../runtime/runtime.ts';
import type { RowRange } from './table.ts';
import type { TeacherChunk } from './teacher.ts';
import type { ModelWeights } from './weights.ts';

/** Per token, on the host. */
export interface Measurement {
  /** KL(teacher || model), nats. */
  readonly kl: Float32Array;
  /** Cross-entropy of the target, nats. */
  readonly nll: Float32Array;
  /** Most probable token of the model and of the teacher. */
  readonly top: Int32Array;
  readonly teacherTop: Int32Array;
}

/** Sums that stay on the device: token `i`'s value is added to row `places[i]` of `table [rows, 1]`. */
export interface TokenSums {
  readonly table: Tensor;
  readonly places: Int32Array;
}

/** What a batch is trained on. */
export interface LossTargets {
  /** `[tokens]` */
  readonly targets: Int32Array;
  /** Share of each token's cross-entropy in the loss `[tokens]`. */
  readonly weights: Float32Array;
}

export interface TrainingScope {
  /** Whether the embedding and the head are trained too. Default true. */
  readonly embeddings?: boolean;
}

/**
 * What stands behind the last module, for some tokens at a time: of a head in one tile, or in several. `hidden [tokens, d]`
 * are final hidden states of the model, before the final norm.
 */
export interface HeadWork {
  /** `[rows, vocabulary]`, on the host: no device need bind them whole. */
  logits(weights: ModelWeights, hidden: Tensor, range: RowRange): Promise<Float32Array>;
  /** Belongs to the caller. */
  teacher(weights: ModelWeights, hidden: Tensor, range: RowRange): Promise<TeacherChunk>;
  /** KL of the chunk's tokens `[rows, 1]`, nats, on the device; belongs to the caller. */
  kl(chunk: TeacherChunk, weights: ModelWeights, hidden: Tensor): Promise<Tensor>;
  /** Cross-entropy of the range's tokens `[rows, 1]`, nats, on the device, from their targets; belongs to the caller. */
  nll(range: RowRange, weights: ModelWeights, hidden: Tensor, targets: Int32Array): Promise<Tensor>;
  /** `targets` are those of the chunk's tokens. */
  measure(chunk: TeacherChunk, weights: ModelWeights, hidden: Tensor, targets: Int32Array): Promise<Measurement>;
  /**
   * Sum of weight * cross-entropy `[1, 1]`, nats, and its gradient for the hidden states `[tokens, d]`; both belong to the caller.
   * The gradients of the final norm and (if they are trained) of the head's tiles are added to `gradients`, also when it throws.
   */
  loss(
    weights: ModelWeights,
    hidden: Tensor,
    targets: LossTargets,
    scope: Required<TrainingScope>,
    gradients: Map<string, Tensor>,
  ): Promise<{ readonly loss: Tensor; readonly dx: Tensor }>;
}
