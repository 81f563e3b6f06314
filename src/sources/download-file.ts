import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { ExplainedError } from '../base/explained-error.ts';
import type { Storage, StoredFile } from '../storage/storage.ts';
import { DownloadCorruptError, DownloadInterruptedError, DownloadSizeError } from './download-errors.ts';
import { NetworkError, RateLimitError, ServerError } from './remote-errors.ts';
import type { RemoteBody, RemoteFile, RemoteFolder } from './remote-folder.ts';
import { chunksOf } from './request.ts';

export interface DownloadFileOptions {
  readonly storage: Storage;
  /** Where the file goes; what is there already must be the beginning of the same content (`file.etag`). */
  readonly place: string;
  readonly remote: RemoteFolder;
  readonly file: RemoteFile;
  readonly signal?: AbortSignal | undefined;
  /** Bytes of this file so far. */
  readonly onBytes: (done: number) => void;
  /** Called before the first byte of another content is kept, where the file has changed on the server. */
  readonly onChange: (file: RemoteFile) => Promise<void>;
  /** Milliseconds to wait after each failure in a row; one more, and the download has failed. */
  readonly pauses: readonly number[];
}

/** Bytes of what is there already, hashed at a time. */
const SLICE = 1 << 20;
/** Seconds that a server may ask to wait. */
const LONGEST_WAIT = 60;

/** The body ended or broke before its end. */
class ConnectionLost extends Error {}

async function* pieces({ body }: RemoteBody): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  try {
    yield* chunksOf(body);
  } catch (cause) {
    throw new ConnectionLost('the body broke off', { cause });
  }
}

function worthAnotherTry(error: unknown): boolean {
  if (error instanceof RateLimitError) return (error.retryAfter ?? 0) <= LONGEST_WAIT;
  // 403: the address that a big file was redirected to has expired; the next request gets another.
  if (error instanceof ServerError) return error.status >= 500 || error.status === 403 || error.status === 408;
  return error instanceof ConnectionLost || error instanceof NetworkError;
}

function wait(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    signal?.addEventListener('abort', stop, { once: true });
  });
}

class FileDownload {
  readonly #options: DownloadFileOptions;
  readonly #stored: StoredFile;
  #file: RemoteFile;
  #hash = sha256.create();

  constructor(options: DownloadFileOptions, stored: StoredFile) {
    this.#options = options;
    this.#stored = stored;
    this.#file = options.file;
  }

  async run(): Promise<RemoteFile> {
    // Without a mark of its content, nothing says that a part is of the same file.
    const { sha256: promised, etag } = this.#file;
    if (this.#stored.size > this.#file.size || (promised === null && etag === null)) await this.#drop();
    for (let resumed = this.#stored.size > 0; ; resumed = false) {
      await this.#fill();
      const found = bytesToHex(this.#hash.digest());
      if (this.#file.sha256 === null || this.#file.sha256 === found) {
        await this.#stored.flush();
        return { ...this.#file, sha256: found };
      }
      await this.#drop();
      // The part from before may be at fault: once more from the beginning.
      if (!resumed) throw new DownloadCorruptError(this.#options.remote.name, this.#file.path);
    }
  }

  async #drop(): Promise<void> {
    await this.#stored.truncate(0);
    this.#options.onBytes(0);
  }

  async #hashWhatIsThere(): Promise<void> {
    this.#hash = sha256.create();
    for (let start = 0; start < this.#stored.size; start += SLICE) {
      this.#options.signal?.throwIfAborted();
      this.#hash.update(await this.#stored.read(start, Math.min(start + SLICE, this.#stored.size)));
    }
  }

  async #fill(): Promise<void> {
    const { signal, pauses, remote } = this.#options;
    await this.#hashWhatIsThere();
    let failures = 0;
    while (this.#stored.size < this.#file.size) {
      const before = this.#stored.size;
      try {
        await this.#pour();
      } catch (cause) {
        signal?.throwIfAborted();
        if (!worthAnotherTry(cause)) throw cause;
        failures = this.#stored.size > before ? 1 : failures + 1;
        const pause = pauses[failures - 1];
        if (pause === undefined) throw cause instanceof ExplainedError ? cause : new DownloadInterruptedError(remote.name, this.#file.path, failures, { cause });
        await wait(Math.max(pause, cause instanceof RateLimitError ? 1000 * (cause.retryAfter ?? 0) : 0), signal);
      }
    }
  }

  async #checkSize(found: number): Promise<void> {
    if (found === this.#file.size) return;
    await this.#drop();
    throw new DownloadSizeError(this.#options.remote.name, this.#file.path, this.#file.size, found);
  }

  /** Begins the file again where the answer does, and takes over what the answer says if it is another content. */
  async #begin(answer: RemoteBody): Promise<void> {
    if (answer.start !== 0) throw new ConnectionLost('the server sent another range than was asked for');
    await this.#drop();
    this.#hash = sha256.create();
    if (this.#file.sha256 !== null || answer.etag === this.#file.etag || answer.size === null) return;
    this.#file = { ...this.#file, size: answer.size, etag: answer.etag };
    await this.#options.onChange(this.#file);
  }

  async #pour(): Promise<void> {
    const { remote, signal, onBytes } = this.#options;
    const stored = this.#stored;
    const answer = await remote.fetchRange(this.#file.path, stored.size, { signal, etag: this.#file.etag });
    try {
      if (answer.start !== stored.size || stored.size === 0) await this.#begin(answer);
      if (answer.size !== null) await this.#checkSize(answer.size);
    } catch (cause) {
      await answer.body.cancel();
      throw cause;
    }
    for await (const piece of pieces(answer)) {
      signal?.throwIfAborted();
      if (stored.size + piece.length > this.#file.size) await this.#checkSize(stored.size + piece.length);
      await stored.write(stored.size, piece);
      this.#hash.update(piece);
      onBytes(stored.size);
    }
    if (stored.size < this.#file.size) throw new ConnectionLost('the body ended early');
  }
}

/**
 * Fetches what is missing of a file, checks it, and gives the entry with the SHA-256 of what is stored. Lost connections and servers in
 * trouble are asked again. When it throws, what came is kept, but for {@link DownloadSizeError} and {@link DownloadCorruptError}, which
 * drop it. Throws also {@link DownloadInterruptedError}, StorageFullError, StorageBusyError, the errors of `fetchRange`, and the signal's
 * reason when aborted.
 */
export async function downloadFile(options: DownloadFileOptions): Promise<RemoteFile> {
  await using stored = await options.storage.open(options.place, { create: true });
  return await new FileDownload(options, stored).run();
}
