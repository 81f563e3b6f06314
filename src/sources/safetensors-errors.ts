import { ExplainedError } from '../base/explained-error.ts';
import { quoted } from './quoted.ts';

const notLoaded = 'The weights were not loaded; nothing of this file was kept.';
const replace = 'Download or export the file again; if it fails in the same way, the file itself is broken.';

/** The length field in front of the header cannot be true. */
export class HeaderLengthError extends ExplainedError {
  constructor(file: string, reason: string) {
    super({ what: `${file} is no safetensors file: ${reason}.`, means: notLoaded, remedy: replace });
  }
}

/** The header is not a JSON object of tensors. */
export class HeaderFormatError extends ExplainedError {
  constructor(file: string, reason: string, options?: ErrorOptions) {
    super({ what: `The header of ${file} is malformed: ${reason}.`, means: notLoaded, remedy: replace }, options);
  }
}

/** The file ends before, or goes on after, what its header describes. */
export class FileSizeError extends ExplainedError {
  constructor(file: string, size: number, expected: number) {
    const what =
      size < expected
        ? `${file} is truncated: its header describes ${expected} bytes, but it has ${size}.`
        : `${file} has ${size - expected} bytes after its last tensor that its header does not describe.`;
    super({ what, means: notLoaded, remedy: replace });
  }
}

/** A name that appears twice in the header. */
export class DuplicateNameError extends ExplainedError {
  constructor(file: string, name: string) {
    super({ what: `The header of ${file} has the name ${quoted(name)} twice.`, means: notLoaded, remedy: replace });
  }
}

/** Data type that the format does not know. */
export class UnknownDtypeError extends ExplainedError {
  constructor(file: string, tensor: string, dtype: string) {
    super({
      what: `Tensor ${quoted(tensor)} of ${file} has the unknown data type ${quoted(dtype)}.`,
      means: notLoaded,
      remedy: 'Save the model as float32, float16 or bfloat16 safetensors.',
    });
  }
}

/** A shape that is not a list of whole numbers, or describes more elements than can be addressed. */
export class TensorShapeError extends ExplainedError {
  constructor(file: string, tensor: string, shape: string) {
    super({
      what: `Tensor ${quoted(tensor)} of ${file} has the impossible shape ${shape}.`,
      means: notLoaded,
      remedy: replace,
    });
  }
}

/** Offsets that overlap, leave a gap, run backwards or leave the file. */
export class TensorOffsetsError extends ExplainedError {
  constructor(file: string, tensor: string, reason: string) {
    super({ what: `Tensor ${quoted(tensor)} of ${file} ${reason}.`, means: notLoaded, remedy: replace });
  }
}

/** The bytes of a tensor are not what its type and shape need. */
export class TensorBytesError extends ExplainedError {
  constructor(file: string, tensor: string, bytes: number, needed: number) {
    super({
      what: `Tensor ${quoted(tensor)} of ${file} has ${bytes} bytes, but its type and shape need ${needed}.`,
      means: notLoaded,
      remedy: replace,
    });
  }
}

/** A tensor that is not in the file. */
export class TensorMissingError extends ExplainedError {
  constructor(file: string, tensor: string) {
    super({
      what: `${file} has no tensor ${quoted(tensor)}.`,
      means: 'It could not be read.',
      remedy: 'Check that the file belongs to this model.',
    });
  }
}

/** A data type of the format that this program does not read. */
export class UnreadableDtypeError extends ExplainedError {
  constructor(file: string, tensor: string, dtype: string) {
    super({
      what: `Tensor ${quoted(tensor)} of ${file} is stored as ${dtype}, which is not read here.`,
      means: notLoaded,
      remedy: 'Save the model as float32, float16 or bfloat16 safetensors (not quantized).',
    });
  }
}

/** A weight that is NaN or infinite. */
export class NonFiniteWeightError extends ExplainedError {
  constructor(tensor: string, index: number, value: number) {
    super({
      what: `Weight ${index} of tensor ${quoted(tensor)} is ${value}.`,
      means: 'A model with such a weight computes nothing but NaN, so it was not loaded.',
      remedy: 'Use another copy of the model, or export it again from the training that made it.',
    });
  }
}
