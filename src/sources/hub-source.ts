import { listFiles, modelInfo } from '@huggingface/hub';
import * as v from 'valibot';
import { checkPath, FileMissingError, PathRefusedError } from './file-source.ts';
import { sourceLimits } from './limits.ts';
import type { ModelAbout } from './model-about.ts';
import { formatModelRef, parseAddress, parseModelRef } from './model-ref.ts';
import { HubAccessError, HubModelMissingError, HubTokenError, NotAHubError } from './remote-errors.ts';
import { remoteFile } from './remote-folder.ts';
import type { RangeOptions, RemoteBody, RemoteFile, RemoteFolder } from './remote-folder.ts';
import { ask, globalFetcher, isPage, rangeBody, rangeHeader, readText, statusError } from './request.ts';
import type { Fetcher } from './request.ts';

export interface HubOptions {
  /** `https://huggingface.co`, or a mirror of it. */
  readonly endpoint: string;
  /** `owner/name`. */
  readonly id: string;
  /** A branch, tag or commit. */
  readonly revision: string;
  /** For gated and private models. Sent to the origin of `endpoint` only; never stored, nor part of any message. */
  readonly token: string | null;
  readonly fetcher?: Fetcher;
  readonly signal?: AbortSignal | undefined;
}

const infoSchema = v.object({
  name: v.pipe(v.string(), v.regex(/^[\w.-]{1,96}\/[\w.-]{1,96}$/)),
  sha: v.pipe(v.string(), v.regex(/^[0-9a-f]{40,64}$/)),
  gated: v.optional(v.union([v.boolean(), v.string()])),
  tags: v.optional(v.array(v.string())),
  cardData: v.nullish(v.looseObject({ license: v.optional(v.unknown()), license_name: v.optional(v.unknown()) })),
});

const size = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const fileSchema = v.object({
  type: v.string(),
  path: v.string(),
  size,
  oid: v.optional(v.pipe(v.string(), v.maxLength(128))),
  lfs: v.optional(v.object({ oid: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)), size })),
});

/** A word such as `apache-2.0`; the Hub's `other` gives way to the name that the card gives. */
function licenceOf({ cardData, tags }: v.InferOutput<typeof infoSchema>): string | null {
  const words = [cardData?.license, tags?.find((tag) => tag.startsWith('license:'))?.slice('license:'.length)].flat();
  const stated = words.find((word) => typeof word === 'string' && word !== '');
  const named = cardData?.license_name;
  const licence = stated === 'other' && typeof named === 'string' && named !== '' ? named : stated;
  return typeof licence === 'string' ? licence.slice(0, 100) : null;
}

function toFile(endpoint: string, item: unknown): RemoteFile | null {
  const parsed = v.safeParse(fileSchema, item);
  if (!parsed.success) throw new NotAHubError(endpoint, 'its list of files is malformed');
  const { type, path, oid, lfs, ...plain } = parsed.output;
  if (type !== 'file') return null;
  try {
    checkPath(endpoint, path);
  } catch (cause) {
    if (cause instanceof PathRefusedError) return null; // no file of a model is called so
    throw cause;
  }
  return { path, size: lfs?.size ?? plain.size, sha256: lfs?.oid ?? null, etag: lfs?.oid ?? oid ?? null };
}

class Hub implements RemoteFolder {
  readonly model: string;
  readonly name: string;
  about: ModelAbout;
  files: readonly RemoteFile[] = [];
  readonly #endpoint: URL;
  readonly #base: string;
  readonly #options: HubOptions;
  readonly #fetcher: Fetcher;
  #answers = 0;

  constructor(endpoint: URL, options: HubOptions) {
    const { id, revision } = options;
    this.model = formatModelRef({ kind: 'hub', id, revision });
    this.name = id;
    this.#endpoint = endpoint;
    this.#base = endpoint.href.replace(/\/$/, '');
    this.#options = options;
    this.#fetcher = options.fetcher ?? globalFetcher;
    this.about = { name: id, licence: null, card: `${this.#base}/${id}`, revision: null };
  }

  /** The only place where the token is used. Redirects to other origins lose it: https://fetch.spec.whatwg.org/#http-redirect-fetch, step 13. */
  async #ask(url: string, init: RequestInit): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.delete('authorization');
    if (this.#options.token !== null && new URL(url).origin === this.#endpoint.origin) headers.set('authorization', `Bearer ${this.#options.token}`);
    return ask(this.#fetcher, url, { ...init, headers });
  }

  /** The error of an answer that is no success. An answer of another origin (where big files lie) says nothing of the reader's rights. */
  #error(response: Response): Error {
    const { id, revision, token } = this.#options;
    const from = new URL(response.url || this.#endpoint);
    const code = response.headers.get('x-error-code');
    if (from.origin !== this.#endpoint.origin) return statusError(response, from.host);
    if (code === 'RepoNotFound' || code === 'RevisionNotFound') return new HubModelMissingError(id, revision, this.#base);
    if (response.status === 401 || response.status === 403) return new HubAccessError(id, `${this.#base}/${id}`, code === 'GatedRepo', token !== null);
    if (response.status === 404 && isPage(response)) return new NotAHubError(this.#base, 'it has no list of models');
    if (response.status === 404) return new HubModelMissingError(id, revision, this.#base);
    return statusError(response, from.host);
  }

  /** For the library: fails with errors of our own, and hands it no more than `sourceLimits.hubAnswer` bytes of what must be JSON. */
  readonly #askInterface = async (input: URL | RequestInfo, init?: RequestInit): Promise<Response> => {
    const { signal } = this.#options;
    const url = input instanceof Request ? input.url : String(input);
    // Its lists come in pages, each of which names the next.
    if (++this.#answers > sourceLimits.hubAnswers) throw new NotAHubError(this.#base, 'its lists do not end');
    const response = await this.#ask(url, { ...init, ...(signal ? { signal } : {}) });
    if (!response.ok) {
      await response.body?.cancel();
      throw this.#error(response);
    }
    const text = isPage(response) ? null : await readText(response, sourceLimits.hubAnswer);
    if (text === null) throw new NotAHubError(this.#base, isPage(response) ? 'it sends pages' : 'its answer is too long');
    return new Response(text, { status: 200, headers: response.headers });
  };

  async #call<T>(action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (cause) {
      if (cause instanceof SyntaxError || cause instanceof TypeError) throw new NotAHubError(this.#base, 'its answer is malformed', { cause });
      throw cause;
    }
  }

  async load(): Promise<void> {
    const { id: name, revision } = this.#options;
    const common = { hubUrl: this.#base, fetch: this.#askInterface };
    const answer = await this.#call(() => modelInfo({ name, revision, ...common, additionalFields: ['sha', 'cardData', 'tags'] }));
    const info = v.safeParse(infoSchema, answer);
    if (!info.success) throw new NotAHubError(this.#base, 'it does not say what the model is');
    this.about = { ...this.about, name: info.output.name, licence: licenceOf(info.output), revision: info.output.sha };
    const files: RemoteFile[] = [];
    await this.#call(async () => {
      let count = 0;
      // The library writes the revision into the path as it is; a commit needs no escaping.
      for await (const item of listFiles({ repo: { type: 'model', name }, revision: info.output.sha, ...common })) {
        if (++count > sourceLimits.hubFiles) throw new NotAHubError(this.#base, `it lists more than ${sourceLimits.hubFiles} files`);
        const file = toFile(this.#base, item);
        if (file) files.push(file);
      }
    });
    this.files = files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  }

  /** Pinned to the commit, so a file cannot change between two requests: nothing is compared here. */
  async fetchRange(path: string, start: number, { signal, end }: RangeOptions = {}): Promise<RemoteBody> {
    const file = remoteFile(this, path);
    if (!file) throw new FileMissingError(this.name, path);
    const place = path.split('/').map(encodeURIComponent).join('/');
    const url = `${this.#base}/${this.#options.id}/resolve/${this.about.revision}/${place}`;
    const response = await this.#ask(url, { headers: rangeHeader(start, end), ...(signal ? { signal } : {}) });
    if (!response.ok) {
      await response.body?.cancel();
      throw this.#error(response);
    }
    const body = rangeBody(response, start);
    return { ...body, size: body.size ?? file.size, etag: file.etag };
  }
}

/**
 * A model of the Hugging Face Hub, with the files of its top folder, pinned to the commit that `revision` is now.
 * Two or more requests: what the model is, and its files. Throws ModelRefError, {@link HubTokenError}, {@link HubAccessError}, {@link HubModelMissingError},
 * {@link NotAHubError}, RateLimitError, ServerError, NetworkError, or the signal's reason when aborted.
 */
export async function openHub(options: HubOptions): Promise<RemoteFolder> {
  const endpoint = parseAddress(options.endpoint);
  if (!endpoint) throw new NotAHubError(options.endpoint.slice(0, 100), 'it is no web address');
  parseModelRef(formatModelRef({ kind: 'hub', id: options.id, revision: options.revision }));
  // Some browsers repeat a header that they refuse in their message.
  if (options.token !== null && !/^[!-~]+$/.test(options.token)) throw new HubTokenError();
  endpoint.search = '';
  endpoint.hash = '';
  const hub = new Hub(endpoint, options);
  await hub.load();
  return hub;
}
