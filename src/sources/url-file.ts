import { checkRange, FileMissingError, FileUnreadableError } from './file-source.ts';
import type { OpenOptions, SourceFile } from './file-source.ts';
import { sourceLimits } from './limits.ts';
import { memoryFile } from './memory-source.ts';
import { ask, bodyLength, chunksOf, contentRange, globalFetcher, isPage, statusError } from './request.ts';
import type { Fetcher } from './request.ts';

/** Bytes of the first request: what looking into a text needs. */
const HEAD = 256 << 10;

export interface UrlFileOptions extends OpenOptions {
  /** How a test or a proxy replaces the network. */
  readonly fetcher?: Fetcher | undefined;
  /** Bytes that are fetched at most where the server does not give ranges. */
  readonly wholeLimit?: number | undefined;
}

/** One address and how it is asked. Errors name it without its query, which may hold a signature. */
class RemoteFile {
  readonly #url: string;
  readonly #options: UrlFileOptions;
  readonly place: string;
  readonly path: string;

  constructor(url: string, options: UrlFileOptions) {
    const { host, pathname } = new URL(url);
    this.#url = url;
    this.#options = options;
    this.place = host;
    this.path = pathname.slice(1);
  }

  /** A successful answer. Throws FileMissingError, NetworkError, RateLimitError, ServerError. */
  async request(range: string | null): Promise<Response> {
    const { fetcher = globalFetcher, signal } = this.#options;
    const headers = range === null ? {} : { Range: range };
    const response = await ask(fetcher, this.#url, { headers, ...(signal ? { signal } : {}) });
    const missing = response.status === 404 || response.status === 410 || (response.ok && isPage(response));
    if (response.ok && !missing) return response;
    await response.body?.cancel();
    throw missing ? new FileMissingError(this.place, this.path) : statusError(response, this.place);
  }

  unreadable(reason: string, options?: ErrorOptions): FileUnreadableError {
    return new FileUnreadableError(this.place, this.path, reason, options);
  }

  /** Reads a body of at most `limit` bytes. */
  async body(response: Response, limit: number): Promise<Uint8Array<ArrayBuffer>> {
    const { signal, onProgress } = this.#options;
    const chunks: Uint8Array<ArrayBuffer>[] = [];
    const total = bodyLength(response);
    let size = 0;
    try {
      for await (const chunk of response.body ? chunksOf(response.body) : []) {
        chunks.push(chunk);
        size += chunk.length;
        if (size > limit) break;
        onProgress?.(size, total);
      }
    } catch (cause) {
      signal?.throwIfAborted();
      throw this.unreadable('the connection was lost', { cause });
    }
    signal?.throwIfAborted();
    if (size > limit) throw this.unreadable(`it is larger than ${limit} bytes`);
    if (total !== null && size !== total) throw this.unreadable(`${size} of ${total} bytes arrived`);
    return new Uint8Array(await new Blob(chunks).arrayBuffer());
  }

  /** Bytes `[start, end)` of a file that has `size`. */
  async range(start: number, end: number, size: number): Promise<Uint8Array<ArrayBuffer>> {
    const response = await this.request(`bytes=${start}-${end - 1}`);
    const range = contentRange(response);
    const other = response.status !== 206 || (range !== null && (range.start !== start || (range.size ?? size) !== size));
    if (other) {
      await response.body?.cancel();
      throw this.unreadable('the server gave other bytes than it was asked for; the file may have changed');
    }
    const bytes = await this.body(response, end - start);
    if (bytes.length !== end - start) throw this.unreadable(`${bytes.length} of ${end - start} bytes arrived`);
    return bytes;
  }

  /** Size of the file as a request for the whole tells it; null where nothing does. */
  async size(): Promise<number | null> {
    const response = await this.request(null);
    await response.body?.cancel();
    return bodyLength(response);
  }
}

/**
 * Opens a file by its address, for instance one of a data set on the Hub. Where the server gives ranges, only the slices that
 * are read are fetched (the first 256 KB at once); else the whole up to a limit. Throws FileMissingError,
 * FileUnreadableError, NetworkError, RateLimitError, ServerError, or the signal's reason when aborted.
 */
export async function openUrlFile(url: string, options: UrlFileOptions = {}): Promise<SourceFile> {
  const { wholeLimit = sourceLimits.wholeUrl, signal } = options;
  signal?.throwIfAborted();
  const remote = new RemoteFile(url, options);
  const response = await remote.request(`bytes=0-${HEAD - 1}`);
  if (response.status !== 206) return memoryFile(await remote.body(response, wholeLimit));
  // Pages of other origins may not be let read Content-Range; then the length of the whole tells the size.
  const range = contentRange(response);
  const head = await remote.body(response, HEAD);
  const size = range?.size ?? (await remote.size());
  if (size === null) return memoryFile(await remote.body(await remote.request(null), wholeLimit));
  if (head.length !== Math.min(HEAD, size)) throw remote.unreadable(`${head.length} of ${Math.min(HEAD, size)} bytes arrived`);
  return {
    size,
    slice: async (start, end) => {
      checkRange(size, start, end);
      signal?.throwIfAborted();
      return end <= head.length ? head.slice(start, end) : remote.range(start, end, size);
    },
  };
}
