import { ExplainedError } from '../../base/explained-error.ts';

/** Heads of a size that onnxruntime's GroupQueryAttention does not rotate. */
export class FusedAttentionError extends ExplainedError {
  constructor(headDim: number) {
    super({
      what: `GroupQueryAttention wants heads whose size is a multiple of 16; those of this model have ${headDim}.`,
      means: 'No file was written. The pruned model itself is kept.',
      remedy: 'Export it with plain attention, which every runtime opens.',
    });
  }
}
