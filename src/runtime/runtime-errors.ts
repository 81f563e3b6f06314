import { ExplainedError } from '../base/explained-error.ts';

const STOPPED = 'The step that needed it was not done; nothing already finished is lost.';
const REPORT = 'This is a fault in the program: start the run again, and report it if it comes back.';

/** A file of onnxruntime is not the one that this site was built with. */
export class OrtAlteredError extends ExplainedError {
  constructor(file: string) {
    super({
      what: `The program that computes, ${file}, is not the one that this site was built with.`,
      means: 'It was altered or cut short on its way, or the site is being replaced by another version. It was not run; nothing is lost.',
      remedy: 'Reload the page in a minute. If it stays so, do not trust this copy of the site, and tell those who run it.',
    });
  }
}

/** A file of onnxruntime cannot be had. `status`: the server's answer; null where there was none. */
export class OrtMissingError extends ExplainedError {
  constructor(file: string, status: number | null) {
    super({
      what: `The program that computes, ${file}, could not be fetched: ${status === null ? 'the site did not answer' : `the site answered ${status}`}.`,
      means: 'Nothing can be computed without it; nothing is lost.',
      remedy: status === null ? 'Check the connection, then try again.' : 'Reload the page. If it stays so, the site is incomplete: tell those who run it.',
    });
  }
}

/** A session threw while it ran. The runtime recreates the session before its next run. */
export class ProgramFailedError extends ExplainedError {
  constructor(program: string, cause: unknown) {
    super(
      {
        what: `The computation "${program}" failed: ${messageOf(cause)}`,
        means: STOPPED,
        remedy: 'Try again with smaller batches if memory ran out; otherwise report it with the run file.',
      },
      { cause },
    );
  }
}

/** onnxruntime refused a graph. */
export class ProgramRefusedError extends ExplainedError {
  constructor(program: string, cause: unknown) {
    super(
      { what: `The computation "${program}" could not be prepared: ${messageOf(cause)}`, means: STOPPED, remedy: REPORT },
      { cause },
    );
  }
}

/** A program was run after its release, or belongs to another runtime. */
export class ProgramUnknownError extends ExplainedError {
  constructor(program: string) {
    super({
      what: `The computation "${program}" was released, or belongs to another device.`,
      means: STOPPED,
      remedy: REPORT,
    });
  }
}

/** A tensor was used after it was freed. */
export class TensorDisposedError extends ExplainedError {
  constructor(shape: readonly number[]) {
    super({ what: `A tensor of shape [${shape.join(', ')}] was used after it was freed.`, means: STOPPED, remedy: REPORT });
  }
}

/** A tensor of one runtime was given to another. */
export class TensorForeignError extends ExplainedError {
  constructor(shape: readonly number[]) {
    super({ what: `A tensor of shape [${shape.join(', ')}] belongs to another device.`, means: STOPPED, remedy: REPORT });
  }
}

/** A dimension is zero. onnxruntime's WebAssembly heap does not survive such a tensor, so none is ever made. */
export class TensorEmptyError extends ExplainedError {
  constructor(shape: readonly number[]) {
    super({
      what: `A tensor of shape [${shape.join(', ')}] would be empty.`,
      means: 'A module of width zero must be skipped, not computed.',
      remedy: REPORT,
    });
  }
}

/** A tensor needs more than the device can address in one piece. */
export class TensorTooLargeError extends ExplainedError {
  constructor(bytes: number, limit: number) {
    const mebibytes = (size: number) => `${Math.ceil(size / 2 ** 20)} MiB`;
    super({
      what: `A tensor of ${mebibytes(bytes)} is more than the ${mebibytes(limit)} that this device can address in one piece.`,
      means: STOPPED,
      remedy: 'Use a smaller model or smaller batches, or choose another backend in the settings.',
    });
  }
}

/** Data and shape, or two tensors of one operation, do not fit together. */
export class TensorMismatchError extends ExplainedError {
  constructor(what: string) {
    super({ what, means: STOPPED, remedy: REPORT });
  }
}

/** A row index points outside of the table. */
export class RowOutOfRangeError extends ExplainedError {
  constructor(row: number, rows: number) {
    super({ what: `Row ${row} lies outside of a table of ${rows} rows.`, means: STOPPED, remedy: REPORT });
  }
}

/** What `GPUDeviceLostReason` means to people: "destroyed" is somebody's call, "unknown" everything else. */
const LOST_BECAUSE: Readonly<Record<GPUDeviceLostReason, string>> = {
  destroyed: 'it was closed while it was in use',
  unknown: 'its driver was reset, a computation took longer than the system allows, its memory ran out, or the computer slept',
};

/** The GPU was taken away. */
export class DeviceLostError extends ExplainedError {
  readonly reason: GPUDeviceLostReason;

  constructor(reason: GPUDeviceLostReason, message: string) {
    super({
      what: `The graphics device was lost: ${LOST_BECAUSE[reason]}${inBrackets(message)}.`,
      means: 'What lay in its memory is gone; what was saved is not touched.',
      remedy: 'Go on on a new device. If it happens again, close other pages that use the GPU, or choose WebAssembly in the settings.',
    });
    this.reason = reason;
  }
}

/** The device had no memory for a buffer or a submission. */
export class DeviceMemoryError extends ExplainedError {
  constructor(what: string, message: string) {
    super({
      what: `The graphics device had no memory left for ${what}${inBrackets(message)}.`,
      means: STOPPED,
      remedy: 'Close other pages that use the GPU, use a smaller model or smaller batches, or choose WebAssembly in the settings.',
    });
  }
}

/** The device reported an error that belongs to no single call: a call that is not allowed, or a fault of its own. */
export class GpuFaultError extends ExplainedError {
  constructor(kind: 'validation' | 'internal', message: string) {
    super({
      what: kind === 'internal' ? `The graphics device failed${inBrackets(message)}.` : `The graphics device refused a call${inBrackets(message)}.`,
      means: STOPPED,
      remedy: kind === 'internal' ? 'Try again with smaller batches, or choose WebAssembly in the settings.' : REPORT,
    });
  }
}

/** A job of a lost device never came back, and onnxruntime does one at a time. */
export class EngineStuckError extends ExplainedError {
  constructor() {
    super({
      what: 'A computation on a lost graphics device never ended.',
      means: 'Nothing more can be computed in this worker; what was saved is not touched.',
      remedy: 'Go on in a new worker: reload the page.',
    });
  }
}

/** No usable backend of the kind that was asked for. */
export class BackendUnavailableError extends ExplainedError {
  constructor(what: string, options?: ErrorOptions) {
    super(
      {
        what,
        means: 'Nothing can be computed on this backend here.',
        remedy: 'Choose the automatic backend, or a browser that has this one.',
      },
      options,
    );
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

/** The first line of a browser's message, which in Chromium is followed by places in its source. */
function inBrackets(message: string): string {
  const [line = ''] = message.split('\n');
  return line === '' ? '' : ` (${line.replace(/\.$/, '')})`;
}
