/** A file of the site, as the build saw it. */
export interface OfflineFile {
  /** Within the site: `assets/index-1a2b.js`. */
  readonly path: string;
  /** Changes with the content. */
  readonly revision: string;
  /** `install`: with the page, before it is needed. `use`: when it was fetched for the first time. */
  readonly when: 'install' | 'use';
}

/** The part of the Cache API that is needed. */
export interface FileCache {
  match(key: string): Promise<Response | undefined>;
  put(key: string, response: Response): Promise<void>;
  delete(key: string): Promise<boolean>;
  keys(): Promise<readonly { readonly url: string }[]>;
}

type Fetch = (address: string, options?: RequestInit) => Promise<Response>;

const page = 'index.html';

/** Browsers refuse to open a page from an answer that a host redirected, as some do `index.html` to its folder: the same without that mark. */
function direct(response: Response): Response {
  if (!response.redirected) return response;
  const { body, status, statusText, headers } = response;
  return new Response(body, { status, statusText, headers });
}

/**
 * The site's files for when there is no network. Kept by path and revision: what a new version leaves as it was is not fetched again,
 * and versions do not mix. `scope`: the address of the site's folder, with a slash at the end.
 */
export class OfflineFiles {
  private readonly files: ReadonlyMap<string, OfflineFile>;
  private readonly scope: string;
  /** Opened meanwhile: whose an address is has to be known at once. */
  private readonly cache: Promise<FileCache>;
  private readonly fetch: Fetch;

  constructor(files: readonly OfflineFile[], scope: string, cache: Promise<FileCache>, fetch: Fetch) {
    this.files = new Map(files.map((file) => [file.path, file]));
    this.scope = scope;
    this.cache = cache;
    this.fetch = fetch;
  }

  /** The file that an address stands for; null for what is not of this version of the site. */
  fileAt(address: string): OfflineFile | null {
    const { origin, pathname } = new URL(address);
    const at = `${origin}${pathname}`;
    if (!at.startsWith(this.scope)) return null;
    return this.files.get(decodeURIComponent(at.slice(this.scope.length)) || page) ?? null;
  }

  /** Fetches what the page needs to open. Rejects where a file could not be had: then the version before stays. */
  async install(): Promise<void> {
    const wanted = [...this.files.values()].filter(({ when }) => when === 'install');
    await Promise.all(wanted.map((file) => this.fetchForInstall(file)));
  }

  /** Forgets the files of other versions. */
  async tidy(): Promise<void> {
    const known = new Set([...this.files.values()].map((file) => this.keyOf(file)));
    const cache = await this.cache;
    const kept = await cache.keys();
    await Promise.all(kept.filter(({ url }) => !known.has(url)).map(({ url }) => cache.delete(url)));
  }

  /** A kept file, or one from the network that is kept from now on. `meanwhile` is told of the writing that goes on after the answer. */
  async answer(file: OfflineFile, request: Request, meanwhile: (writing: Promise<unknown>) => void): Promise<Response> {
    const key = this.keyOf(file);
    // A storage that is broken or full only means that the file has to be fetched again.
    const kept = await this.cache.then((cache) => cache.match(key)).catch(() => undefined);
    if (kept) return kept;
    // Names stay while contents change: what the browser holds may be of the version before, and would be kept as of this one.
    const cacheMode = request.cache === 'default' ? 'no-cache' : request.cache;
    const response = direct(await this.fetch(request.url, { headers: request.headers, cache: cacheMode }));
    if (response.status === 200) {
      const copy = response.clone();
      meanwhile(this.cache.then((cache) => cache.put(key, copy)).catch(() => {}));
    }
    return response;
  }

  private keyOf({ path, revision }: OfflineFile): string {
    return `${this.scope}${encodeURI(path)}?revision=${revision}`;
  }

  private async fetchForInstall(file: OfflineFile): Promise<void> {
    const key = this.keyOf(file);
    const cache = await this.cache;
    if (await cache.match(key)) return;
    // Asked for anew: the browser may still hold the version before.
    const response = await this.fetch(`${this.scope}${encodeURI(file.path)}`, { cache: 'no-cache' });
    if (!response.ok) throw new Error(`${file.path}: ${response.status}`);
    await cache.put(key, direct(response));
  }
}
