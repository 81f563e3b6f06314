/** A file of the site, as the build saw it. */
export interface OfflineFile {
  /** Within the site: `assets/index-1a2b.js`. */
  readonly path: string;
  /** SHA-256 of the content, in hexadecimal digits. */
  readonly revision: string;
  /** SHA-256 of what a gzip file unpacks to: some hosts have browsers unpack it. */
  readonly unpacked?: string;
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

export interface OfflineSite {
  /** Address of the site's folder, with a slash at the end. */
  readonly scope: string;
  /** Sent with every file, unless its host sent others of the same names. */
  readonly headers: Readonly<Record<string, string>>;
  /** Opened meanwhile: whose an address is has to be known at once. */
  readonly cache: Promise<FileCache>;
  readonly fetch: (address: string, options?: RequestInit) => Promise<Response>;
}

const page = 'index.html';

async function sha256(content: ArrayBuffer): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', content));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * The site's files for when there is no network. Kept by path and content: what a new version leaves as it was is not fetched again,
 * versions do not mix, and what is not what the build saw (half a file, a login page, another version's) is never kept.
 */
export class OfflineFiles {
  private readonly files: ReadonlyMap<string, OfflineFile>;
  private readonly site: OfflineSite;

  constructor(files: readonly OfflineFile[], site: OfflineSite) {
    this.files = new Map(files.map((file) => [file.path, file]));
    this.site = site;
  }

  /** The file that an address stands for; null for what is not of this version of the site. */
  fileAt(address: string): OfflineFile | null {
    const { origin, pathname } = new URL(address);
    const at = `${origin}${pathname}`;
    const { scope } = this.site;
    if (!at.startsWith(scope)) return null;
    try {
      return this.files.get(decodeURIComponent(at.slice(scope.length)) || page) ?? null;
    } catch {
      return null; // a lone "%" is no file's address
    }
  }

  /** Fetches what the page needs to open. Rejects where a file could not be had, or is another: then the version before stays. */
  async install(): Promise<void> {
    const wanted = [...this.files.values()].filter(({ when }) => when === 'install');
    await Promise.all(wanted.map((file) => this.fetchForInstall(file)));
  }

  /** Forgets the files of other versions. */
  async tidy(): Promise<void> {
    const known = new Set([...this.files.values()].map((file) => this.keyOf(file)));
    const cache = await this.site.cache;
    const kept = await cache.keys();
    await Promise.all(kept.filter(({ url }) => !known.has(url)).map(({ url }) => cache.delete(url)));
  }

  /** A kept file, or one from the network that is kept from now on. `meanwhile` is told of the writing that goes on after the answer. */
  async answer(file: OfflineFile, request: Request, meanwhile: (writing: Promise<unknown>) => void): Promise<Response> {
    const key = this.keyOf(file);
    // A storage that is broken or full only means that the file has to be fetched again.
    const kept = await this.site.cache.then((cache) => cache.match(key)).catch(() => undefined);
    if (kept) return this.dressed(kept);
    // Names stay while contents change: what the browser holds may be of the version before, and would be kept as of this one.
    const cacheMode = request.cache === 'default' ? 'no-cache' : request.cache;
    const response = await this.site.fetch(request.url, { headers: request.headers, cache: cacheMode });
    if (response.status === 200) meanwhile(this.keep(file, response.clone()).catch(() => {}));
    return this.dressed(response);
  }

  private keyOf({ path, revision }: OfflineFile): string {
    return `${this.site.scope}${encodeURI(path)}?revision=${revision}`;
  }

  /** As the page gets it. Browsers refuse to open a page from an answer that a host redirected, as some do `index.html` to its folder: that mark is lost too. */
  private dressed(response: Response): Response {
    if (response.status !== 200) return response;
    const headers = new Headers(response.headers);
    for (const [name, value] of Object.entries(this.site.headers)) if (!headers.has(name)) headers.set(name, value);
    return new Response(response.body, { status: 200, headers });
  }

  /** Rejects where it is another file, or nothing can be kept. */
  private async keep(file: OfflineFile, response: Response): Promise<void> {
    const content = await response.arrayBuffer();
    const hash = await sha256(content);
    if (hash !== file.revision && hash !== file.unpacked) throw new Error(`${file.path}: not the file of this version`);
    await (await this.site.cache).put(this.keyOf(file), new Response(content, { status: 200, headers: response.headers }));
  }

  private async fetchForInstall(file: OfflineFile): Promise<void> {
    if (await (await this.site.cache).match(this.keyOf(file))) return;
    // Asked for anew: the browser may still hold the version before.
    const response = await this.site.fetch(`${this.site.scope}${encodeURI(file.path)}`, { cache: 'no-cache' });
    if (response.status !== 200) throw new Error(`${file.path}: ${response.status}`);
    await this.keep(file, response);
  }
}
