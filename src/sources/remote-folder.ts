import type { ModelAbout } from './model-about.ts';

/** A file of a model on a server. */
export interface RemoteFile {
  /** Relative to the model's folder, with `/`; checked by `checkPath`. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Lower-case hex, where the server tells. */
  readonly sha256: string | null;
  /** What changes when the content does (an ETag, or a date); null where the server tells neither. */
  readonly etag: string | null;
}

export interface RangeOptions {
  readonly signal?: AbortSignal | undefined;
  /** One past the last byte; default: the end of the file. */
  readonly end?: number | undefined;
  /** The `etag` of what is there already: where it is another by now, the answer begins at 0. */
  readonly etag?: string | null | undefined;
}

/** The content of a file, as it comes. */
export interface RemoteBody {
  /** The first byte of `body`: what was asked for, or 0 where the server gives no ranges or the file has changed. */
  readonly start: number;
  /** Bytes of the whole file, where the answer tells. */
  readonly size: number | null;
  readonly etag: string | null;
  readonly body: ReadableStream<Uint8Array<ArrayBuffer>>;
}

/** A model on a server: of the Hub (hub-source.ts), or below an address (url-folder.ts). */
export interface RemoteFolder {
  /** As model-ref.ts writes it. */
  readonly model: string;
  /** For people, in errors and reports. */
  readonly name: string;
  readonly about: ModelAbout;
  /** Sorted by path. */
  readonly files: readonly RemoteFile[];
  /** Throws FileMissingError for a path that is not among `files`, the errors of remote-errors.ts, and the signal's reason when aborted. */
  fetchRange(path: string, start: number, options?: RangeOptions): Promise<RemoteBody>;
}

/** The entry of a path, or undefined. */
export function remoteFile(remote: RemoteFolder, path: string): RemoteFile | undefined {
  return remote.files.find((file) => file.path === path);
}
