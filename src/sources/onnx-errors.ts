import { ExplainedError } from '../base/explained-error.ts';

/** The file is no ONNX model, or breaks off. */
export class OnnxFormatError extends ExplainedError {
  constructor(file: string, reason: string, options?: ErrorOptions) {
    super(
      {
        what: `${file} is no readable ONNX file: ${reason}.`,
        means: 'The weights were not loaded; nothing of this file was kept.',
        remedy: 'Export the model again, or download the file again; if it fails in the same way, the file itself is broken.',
      },
      options,
    );
  }
}
