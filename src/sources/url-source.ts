import { checkPath, checkRange, FileMissingError, FileUnreadableError } from './file-source.ts';
import type { FileSource, OpenOptions, SourceFile } from './file-source.ts';

function blobFile(blob: Blob): SourceFile {
  return {
    size: blob.size,
    slice: async (start, end) => {
      checkRange(blob.size, start, end);
      return new Uint8Array(await blob.slice(start, end).arrayBuffer());
    },
  };
}

/** The length that the body will have once decoded; null where a content encoding hides it. */
function bodyLength(response: Response): number | null {
  if (response.headers.get('content-encoding')) return null;
  const length = Number(response.headers.get('content-length') ?? Number.NaN);
  return Number.isSafeInteger(length) && length >= 0 ? length : null;
}

async function readBody(response: Response, { signal, onProgress }: OpenOptions): Promise<Blob> {
  const total = bodyLength(response);
  if (!response.body) return response.blob();
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let done = 0;
  onProgress?.(0, total);
  const reader = response.body.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    signal?.throwIfAborted();
    chunks.push(part.value);
    done += part.value.length;
    onProgress?.(done, total);
  }
  if (total !== null && done !== total) throw new Error(`${done} of ${total} bytes arrived`);
  return new Blob(chunks);
}

/** Files below a URL, for instance those bundled with the page. An opened file is held whole, as a Blob. */
export class UrlSource implements FileSource {
  readonly name: string;
  readonly #base: URL;
  readonly #fetch: typeof fetch;

  /**
   * `base` is an absolute URL; a missing slash at its end is added, so that paths lie below it.
   * `fetcher` is how a test or a proxy replaces the network.
   */
  constructor(base: URL | string, fetcher: typeof fetch = (input, init) => fetch(input, init)) {
    this.#base = new URL(base);
    if (!this.#base.pathname.endsWith('/')) this.#base.pathname += '/';
    this.name = this.#base.href;
    this.#fetch = fetcher;
  }

  async open(path: string, options: OpenOptions = {}): Promise<SourceFile> {
    options.signal?.throwIfAborted();
    checkPath(this.name, path);
    const url = new URL(this.#base);
    url.pathname += path;
    const response = await this.#attempt(path, options, () =>
      this.#fetch(url, options.signal ? { signal: options.signal } : {}),
    );
    // Servers of single-page apps answer an unknown path with their page; no model file is HTML.
    const isPage = response.headers.get('content-type')?.startsWith('text/html') ?? false;
    if (response.status === 404 || response.status === 410 || (response.ok && isPage)) {
      await response.body?.cancel();
      throw new FileMissingError(this.name, path);
    }
    if (!response.ok) {
      await response.body?.cancel();
      throw new FileUnreadableError(this.name, path, `the server answered ${response.status}`);
    }
    return blobFile(await this.#attempt(path, options, () => readBody(response, options)));
  }

  async #attempt<T>(path: string, { signal }: OpenOptions, action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (cause) {
      signal?.throwIfAborted();
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new FileUnreadableError(this.name, path, reason, { cause });
    }
  }
}
