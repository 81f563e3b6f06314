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

/** What was found when an exported file was compared with the model that it was made from. */
export interface Mismatch {
  /** Largest absolute difference of a logit between the file and the model; infinite if one is not a number. */
  readonly maxAbsoluteError: number;
  /** The same between a decoding step with cache and the file's own full pass. */
  readonly decodeError: number;
  readonly tolerance: number;
}

/** The exported file computes other logits than the model. */
export class ExportMismatchError extends ExplainedError {
  readonly mismatch: Mismatch;

  constructor(mismatch: Mismatch) {
    const { maxAbsoluteError, decodeError, tolerance } = mismatch;
    super({
      what:
        `The exported file differs from the pruned model by ${maxAbsoluteError.toExponential(1)} in a logit, and by ` +
        `${decodeError.toExponential(1)} when it decodes with its cache; ${tolerance.toExponential(1)} is allowed.`,
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
