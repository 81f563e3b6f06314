import { ExplainedError } from '../base/explained-error.ts';
import { quoted } from './quoted.ts';

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

/** The file that an ONNX file keeps its weights in is not beside it. */
export class OnnxDataMissingError extends ExplainedError {
  constructor(file: string, data: string, options?: ErrorOptions) {
    super(
      {
        what: `${file} keeps weights in a second file, ${quoted(data)}, which is not beside it.`,
        means: 'The graph alone has no weights; nothing was loaded.',
        remedy: `Put ${quoted(data)} of the same export into the folder of ${file} and open both together.`,
      },
      options,
    );
  }
}

/** The file that an ONNX file keeps its weights in ends before they do. */
export class OnnxDataTruncatedError extends ExplainedError {
  constructor(file: string, data: string, size: number, needed: number) {
    super({
      what: `${quoted(data)} is truncated: ${file} has weights up to byte ${needed} of it, but it has ${size}.`,
      means: 'The weights were not loaded; nothing of these files was kept.',
      remedy: 'Copy or download both files of the export again, or export the model again.',
    });
  }
}
