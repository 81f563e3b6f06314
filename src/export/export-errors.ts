import { ExplainedError } from '../base/explained-error.ts';

const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1e6)} MB`;

/** The weights do not fit into one protobuf file, which ends at 2 GB. */
export class ExportTooLargeError extends ExplainedError {
  constructor(bytes: number, limit: number) {
    super({
      what: `The pruned model needs ${megabytes(bytes)} as float32, and one ONNX file holds at most ${megabytes(limit)}.`,
      means: 'No file was written. The pruned model itself is kept.',
      remedy: 'Choose a higher sparsity or a smaller model.',
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
