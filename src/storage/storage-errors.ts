import { ExplainedError } from '../base/explained-error.ts';

/** The medium has no room for what was to be written. */
export class StorageFullError extends ExplainedError {
  constructor(storage: string, path: string, options?: ErrorOptions) {
    super(
      {
        what: `There is no room left in ${storage} to write "${path}".`,
        means: 'What was written before is kept; the rest was not written.',
        remedy: 'Delete stored models or runs that you no longer need, or free space on the disk, then go on.',
        action: 'make-room',
      },
      options,
    );
  }
}

/** Somebody else has the file open: another part of the program, or another tab. */
export class StorageBusyError extends ExplainedError {
  constructor(storage: string, path: string, options?: ErrorOptions) {
    super(
      {
        what: `"${path}" in ${storage} is in use, perhaps by another tab.`,
        means: 'It was neither changed nor removed.',
        remedy: 'Close other tabs of this page, or wait until they are done, then try again.',
      },
      options,
    );
  }
}

export class StoredFileMissingError extends ExplainedError {
  constructor(storage: string, path: string, options?: ErrorOptions) {
    super(
      {
        what: `"${path}" is not in ${storage}, or changed while it was read.`,
        means: 'What needs it cannot go on; the browser may have cleared its storage.',
        remedy: 'Download or make it again.',
      },
      options,
    );
  }
}

/** A path that no file of a storage can have. */
export class StoragePathError extends ExplainedError {
  constructor(path: string) {
    super({
      what: `${JSON.stringify(path.slice(0, 200))} is not a path of stored files.`,
      means: 'Nothing was opened.',
      remedy: 'Use names of letters, digits and "._-@+=~", parted by "/", each at most 200 characters long.',
    });
  }
}

/** The medium is there, but does not let this page store anything. */
export class StorageUnavailableError extends ExplainedError {
  constructor(reason: string, options?: ErrorOptions) {
    super(
      {
        what: `This browser keeps no files for this page: ${reason}.`,
        means: 'Models cannot be downloaded for later, and what does not fit in memory cannot be put aside.',
        remedy: 'Leave private browsing, allow the site to store data, or use another browser.',
      },
      options,
    );
  }
}
