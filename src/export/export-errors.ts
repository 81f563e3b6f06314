import { ExplainedError } from '../base/explained-error.ts';

/** A weight is too large for the element type that was asked for. */
export class WeightOutOfRangeError extends ExplainedError {
  constructor(tensor: string, type: string) {
    super({
      what: `A weight of ${tensor} is too large for ${type}.`,
      means: 'It would be written as infinity, so the file was given up. The pruned model itself is kept.',
      remedy: 'Export it in float32, or as safetensors in bf16, whose range is as large.',
    });
  }
}

/** What was found when an exported file was compared with what it has to give. */
export interface Mismatch {
  /** Largest absolute difference of a logit, or with `relative` the relative error over all; infinite if one is not a number. */
  readonly error: number;
  /** The same between a decoding step with cache and the file's own full pass. */
  readonly decodeError: number;
  readonly tolerance: number;
  readonly relative: boolean;
}

/** The exported file computes other logits than it has to. */
export class ExportMismatchError extends ExplainedError {
  readonly mismatch: Mismatch;

  constructor(mismatch: Mismatch) {
    const { error, decodeError, tolerance, relative } = mismatch;
    const told = relative ? 'relative to all logits' : 'in a logit';
    super({
      what:
        `The exported file is off by ${error.toExponential(1)} ${told}, and by ${decodeError.toExponential(1)} when it decodes ` +
        `with its cache; ${tolerance.toExponential(1)} is allowed.`,
      means: 'The file is not offered, because it would not be the model that was measured. The pruned model itself is kept.',
      remedy: 'Export again; if it fails in the same way, report it with the run file.',
    });
    this.mismatch = mismatch;
  }
}

/** A file that should hold an exported model has no graph, or not the inputs and outputs of one. */
export class OnnxSignatureError extends ExplainedError {
  constructor(problem: string) {
    super({
      what: `The ONNX file is no exported language model: ${problem}.`,
      means: 'It was not checked and is not offered.',
      remedy: 'Export again; if it fails in the same way, report it with the run file.',
    });
  }
}
