import { ExplainedError } from '../base/explained-error.ts';

const gibibytes = (bytes: number): string => (bytes >= 2 ** 30 ? `${(bytes / 2 ** 30).toFixed(2)} GiB` : `${(bytes / 2 ** 20).toFixed(1)} MiB`);

/** There is less room than the rest of a model needs; nothing was asked for yet. */
export class DownloadTooLargeError extends ExplainedError {
  /** Bytes. */
  readonly needed: number;
  readonly free: number;

  constructor(name: string, storage: string, needed: number, free: number) {
    super({
      what: `${name} needs ${gibibytes(needed)} (${needed} bytes) more, and ${storage} has ${gibibytes(free)} (${free} bytes) left.`,
      means: 'The download was not started; what is stored stays.',
      remedy: 'Delete stored models or runs that you no longer need, free space on the disk, or choose a smaller model.',
      action: 'make-room',
    });
    this.needed = needed;
    this.free = free;
  }
}

/** The server's list and the file do not have the same size. */
export class DownloadSizeError extends ExplainedError {
  constructor(name: string, path: string, expected: number, found: number) {
    super({
      what: `"${path}" of ${name} should have ${expected} bytes, but the server sends ${found}.`,
      means: 'This file was dropped; the model is not complete. Other files that came are kept.',
      remedy: 'Download it again; if it fails in the same way, the server is at fault: use another or a local folder.',
    });
  }
}

/** All bytes came, but they are not those that the server promised. */
export class DownloadCorruptError extends ExplainedError {
  constructor(name: string, path: string) {
    super({
      what: `"${path}" of ${name} came with another content than the server promises (its SHA-256 differs).`,
      means: 'This file was dropped; the model is not complete. Other files that came are kept.',
      remedy: 'Download it again; if it fails in the same way, do not use this server.',
    });
  }
}

/** The connection broke again and again. */
export class DownloadInterruptedError extends ExplainedError {
  constructor(name: string, path: string, attempts: number, options?: ErrorOptions) {
    super(
      {
        what: `The connection was lost ${attempts} times while "${path}" of ${name} came.`,
        means: 'What has come is kept.',
        remedy: 'Check the connection, then download again: it goes on where it stopped.',
      },
      options,
    );
  }
}

/** What is there is no model that this program loads. */
export class NoModelFilesError extends ExplainedError {
  constructor(name: string, missing: string) {
    super({
      what: `${name} has no ${missing}.`,
      means: 'Nothing was downloaded.',
      remedy: 'Choose a model with config.json, tokenizer.json and its weights as safetensors.',
    });
  }
}

export class ModelNotStoredError extends ExplainedError {
  constructor(model: string, reason: string) {
    super({
      what: `${JSON.stringify(model.slice(0, 200))} cannot be opened from the stored models: ${reason}.`,
      means: 'Nothing was loaded.',
      remedy: 'Download it; a download that was broken off goes on where it stopped.',
    });
  }
}

/** A model's name is too long to name a folder by. */
export class ModelNameTooLongError extends ExplainedError {
  constructor(model: string) {
    super({
      what: `${JSON.stringify(`${model.slice(0, 60)}…`)} is too long to be stored under its name.`,
      means: 'Nothing was downloaded.',
      remedy: 'Give the files a shorter address, or download them and open them as a folder.',
    });
  }
}
