import { ExplainedError } from '../base/explained-error.ts';
import { sourceLimits } from './limits.ts';
import type { ModelAbout } from './model-about.ts';

export interface OpenOptions {
  readonly signal?: AbortSignal | undefined;
  /** Bytes so far, and in all where that is known. */
  readonly onProgress?: ((done: number, total: number | null) => void) | undefined;
}

/** A file whose content can be read piece by piece. It holds no handle between reads, so there is nothing to close. */
export interface SourceFile {
  /** Bytes. */
  readonly size: number;
  /** Bytes `[start, end)`, exactly. Throws RangeError outside the file, {@link FileUnreadableError} if the medium fails. */
  slice(start: number, end: number): Promise<Uint8Array<ArrayBuffer>>;
}

/** A place that files come from: bundled with the page, a URL, a folder, memory. Paths are relative, with `/`. */
export interface FileSource {
  /** For people, in errors and reports. */
  readonly name: string;
  /** What is known of the model whose files these are, where that is not in the files. */
  readonly about?: ModelAbout;
  /** Throws {@link FileMissingError}, {@link FileUnreadableError}, or the signal's reason when aborted. */
  open(path: string, options?: OpenOptions): Promise<SourceFile>;
  /** Every path of the source, where that can be known. */
  list?(): Promise<readonly string[]>;
}

export class FileMissingError extends ExplainedError {
  constructor(source: string, path: string, options?: ErrorOptions) {
    super(
      {
        what: `There is no file "${path}" in ${source}.`,
        means: 'Without it the model or text cannot be used; nothing was loaded.',
        remedy: 'Check the name and that the folder is complete, then open it again.',
      },
      options,
    );
  }
}

export class FileUnreadableError extends ExplainedError {
  constructor(source: string, path: string, reason: string, options?: ErrorOptions) {
    super(
      {
        what: `"${path}" in ${source} could not be read: ${reason}.`,
        means: 'Nothing of it was kept.',
        remedy: 'Check the connection or the disk, then open it again.',
      },
      options,
    );
  }
}

/** A path that leaves its source, or is no relative path at all. */
export class PathRefusedError extends ExplainedError {
  constructor(source: string, path: string) {
    super({
      what: `${JSON.stringify(path.slice(0, 200))} is not a path inside ${source}.`,
      means: 'The file was not opened.',
      remedy: 'Name a file by its path relative to the folder, with "/" and without "..".',
    });
  }
}

/** What a path cannot hold: signs with a meaning in addresses or on Windows; and characters that are not seen, which URLs drop (`.\t.` is `..` there) or that turn the direction of writing. */
const UNFIT = /[\\:?#%]|[\p{Cc}\p{Cs}\u2028\u2029\u200E\u200F\u202A-\u202E\u2066-\u2069]/u;

/** Throws {@link PathRefusedError} unless `path` stays inside its source. */
export function checkPath(source: string, path: string): void {
  // Nothing but dots and spaces: Windows drops those at the end of a name.
  const escapes = path.length > sourceLimits.path || path.split('/').some((part) => /^[. ]*$/.test(part));
  if (escapes || UNFIT.test(path)) throw new PathRefusedError(source, path);
}

/** Throws RangeError unless `[start, end)` lies in a file of `size` bytes. */
export function checkRange(size: number, start: number, end: number): void {
  const whole = Number.isSafeInteger(start) && Number.isSafeInteger(end);
  if (!whole || start < 0 || end < start || end > size) {
    throw new RangeError(`bytes ${start} to ${end} do not lie in a file of ${size} bytes`);
  }
}

/** The whole content of a file. */
export async function readAll(file: SourceFile): Promise<Uint8Array<ArrayBuffer>> {
  return file.slice(0, file.size);
}
