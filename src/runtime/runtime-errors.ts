import { ExplainedError } from '../base/explained-error.ts';

const STOPPED = 'The step that needed it was not done; nothing already finished is lost.';
const REPORT = 'This is a fault in the program: start the run again, and report it if it comes back.';

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

/** The GPU was taken away (driver reset, sleep, too long a computation, too little memory). */
export class DeviceLostError extends ExplainedError {
  constructor(reason: string) {
    super({
      what: `The graphics device was lost: ${reason}`,
      means: 'What lay in its memory is gone, the run with it; files that were saved are not touched.',
      remedy: 'Start the run again: the same seed repeats it. If it happens again, close other pages that use the GPU, or choose the CPU in the settings.',
    });
  }
}

/** The device reported an error that belongs to no single call, most often memory that it did not have. */
export class GpuFaultError extends ExplainedError {
  constructor(message: string) {
    super({
      what: `The graphics device reported an error: ${message}`,
      means: STOPPED,
      remedy: 'Try again with smaller batches, or choose WebAssembly in the settings.',
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
