import { FileMissingError } from './file-source.ts';
import { sourceLimits } from './limits.ts';
import type { ModelAbout } from './model-about.ts';
import { readModelCard } from './model-card.ts';
import { formatModelRef, modelName, parseAddress, ModelRefError } from './model-ref.ts';
import { RemoteSizeError, ServerError } from './remote-errors.ts';
import { remoteFile } from './remote-folder.ts';
import type { RangeOptions, RemoteBody, RemoteFile, RemoteFolder } from './remote-folder.ts';
import { RemoteSource } from './remote-source.ts';
import { ask, bodyLength, chunksOf, contentRange, globalFetcher, isPage, rangeBody, rangeHeader, readText, statusError, validator } from './request.ts';
import type { Fetcher } from './request.ts';
import { parseShardIndex } from './sharded.ts';

export interface UrlFolderOptions {
  /** Absolute; files lie below it whether or not it ends with a slash. */
  readonly base: string;
  readonly fetcher?: Fetcher;
  readonly signal?: AbortSignal | undefined;
}

/** A server has no list of its files: these are asked for. The first must be there. */
const KNOWN = [
  'config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'generation_config.json',
  'chat_template.jinja',
  'README.md',
  'LICENSE',
];
const WEIGHTS = 'model.safetensors';
const INDEX = 'model.safetensors.index.json';

class UrlFolder implements RemoteFolder {
  readonly model: string;
  readonly name: string;
  about: ModelAbout;
  files: readonly RemoteFile[] = [];
  readonly #base: URL;
  readonly #fetcher: Fetcher;

  constructor(base: URL, fetcher: Fetcher) {
    this.model = formatModelRef({ kind: 'url', base: base.href });
    this.#base = new URL(base);
    if (!base.pathname.endsWith('/')) this.#base.pathname += '/';
    this.#fetcher = fetcher;
    // Without its query, which may hold a key.
    this.name = this.#base.origin + this.#base.pathname;
    this.about = { name: modelName(this.model), licence: null, card: null, revision: null };
  }

  /** Null where there is no such file. */
  async #request(path: string, init: RequestInit): Promise<Response | null> {
    const url = new URL(this.#base);
    url.pathname += path;
    const response = await ask(this.#fetcher, url.href, init);
    const missing = response.status === 404 || response.status === 410 || (response.ok && isPage(response));
    if (response.ok && !missing) return response;
    await response.body?.cancel();
    if (missing) return null;
    throw statusError(response, this.#base.host);
  }

  async #probe(path: string, signal: AbortSignal | undefined): Promise<RemoteFile | null> {
    const init = signal ? { signal } : {};
    const found = { path, sha256: null };
    // Some servers refuse HEAD (403, 405, 501): the other ways tell whether the file is there.
    const head = await this.#request(path, { ...init, method: 'HEAD' }).catch((cause: unknown) => {
      signal?.throwIfAborted();
      return cause;
    });
    if (head === null) return null;
    if (head instanceof Response) {
      const size = bodyLength(head);
      if (size !== null) return { ...found, size, etag: validator(head) };
    }
    const first = await this.#request(path, { ...init, headers: rangeHeader(0, 1) });
    if (!first) return null;
    const size = first.status === 206 ? (contentRange(first)?.size ?? null) : bodyLength(first);
    await first.body?.cancel();
    if (size !== null) return { ...found, size, etag: validator(first) };
    return { ...found, ...(await this.#measure(path, signal)) };
  }

  async #measure(path: string, signal: AbortSignal | undefined): Promise<{ readonly size: number; readonly etag: string | null }> {
    if (path.endsWith('.safetensors')) throw new RemoteSizeError(this.name, path);
    const whole = await this.#request(path, signal ? { signal } : {});
    if (!whole?.body) throw new FileMissingError(this.name, path);
    let size = 0;
    // A text that is sent compressed hides its size.
    for await (const chunk of chunksOf(whole.body)) {
      size += chunk.length;
      if (size > sourceLimits.unsizedText) throw new RemoteSizeError(this.name, path);
    }
    return { size, etag: validator(whole) };
  }

  async #shards(signal: AbortSignal | undefined): Promise<readonly string[]> {
    const response = await this.#request(INDEX, signal ? { signal } : {});
    const text = response ? await readText(response, sourceLimits.index) : null;
    if (text === null) throw new FileMissingError(this.name, INDEX);
    return parseShardIndex(text, INDEX).shards;
  }

  async load(signal: AbortSignal | undefined): Promise<void> {
    const files: RemoteFile[] = [];
    const probe = async (path: string, needed: boolean): Promise<boolean> => {
      const file = await this.#probe(path, signal);
      if (file) files.push(file);
      else if (needed) throw new FileMissingError(this.name, path);
      return file !== null;
    };
    for (const path of KNOWN) await probe(path, path === 'config.json');
    if (!(await probe(WEIGHTS, false))) {
      await probe(INDEX, true);
      for (const shard of await this.#shards(signal)) await probe(shard, true);
    }
    this.files = files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
    this.about = { ...this.about, licence: await this.#licence(signal) };
  }

  /** What the model card says. */
  async #licence(signal: AbortSignal | undefined): Promise<string | null> {
    const card = remoteFile(this, 'README.md');
    if (!card) return null;
    const file = await new RemoteSource(this).open(card.path, { signal });
    const bytes = await file.slice(0, Math.min(file.size, sourceLimits.card));
    const { licence, licenceName } = readModelCard(new TextDecoder().decode(bytes));
    return (licence === 'other' ? licenceName : null) ?? licence;
  }

  /**
   * If-Range would say the same in one request, but makes browsers ask the server's leave first (CORS preflight), which plain file
   * servers do not answer; so what the answer says of itself is compared with `etag`.
   */
  async fetchRange(path: string, start: number, { signal, end, etag }: RangeOptions = {}): Promise<RemoteBody> {
    if (!remoteFile(this, path)) throw new FileMissingError(this.name, path);
    const response = await this.#request(path, { headers: rangeHeader(start, end), ...(signal ? { signal } : {}) }).catch((cause: unknown) => {
      // Nothing is left from there on: it has become shorter.
      if (start > 0 && cause instanceof ServerError && cause.status === 416) return 'shorter' as const;
      throw cause;
    });
    if (response === 'shorter') return this.fetchRange(path, 0, { signal });
    if (!response) throw new FileMissingError(this.name, path);
    const body = rangeBody(response, start);
    const changed = etag !== undefined && etag !== body.etag;
    if (start === 0 || body.start === 0 || !changed) return body;
    await body.body.cancel();
    return this.fetchRange(path, 0, { signal });
  }
}

/**
 * A model below an address, its known files found by asking for them. Throws ModelRefError, FileMissingError, ShardIndexError,
 * RemoteSizeError, RateLimitError, ServerError, NetworkError, or the signal's reason when aborted.
 */
export async function openUrlFolder({ base, fetcher, signal }: UrlFolderOptions): Promise<RemoteFolder> {
  const url = parseAddress(base);
  if (!url) throw new ModelRefError(`url:${base}`, 'it is no web address');
  const folder = new UrlFolder(url, fetcher ?? globalFetcher);
  await folder.load(signal);
  return folder;
}
