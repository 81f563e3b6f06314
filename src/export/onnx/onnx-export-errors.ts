import { ExplainedError } from '../../base/explained-error.ts';

/** A weight that float16 has no number for. */
export class Float16RangeError extends ExplainedError {
  constructor(tensor: string, value: number) {
    super({
      what: `A weight of ${tensor} is ${value}, and float16 ends at 65504.`,
      means: 'No file with float16 numbers can hold this model. The pruned model itself is kept.',
      remedy: 'Export it as fp32 or q4.',
    });
  }
}

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
