import { describe, expect, it } from 'vitest';
import { OfflineFiles, type FileCache, type OfflineFile } from './offline-files.ts';

const scope = 'https://host.example/some/where/';

class Shelf implements FileCache {
  readonly kept = new Map<string, Response>();
  full = false;
  match = async (key: string) => this.kept.get(key)?.clone();
  put = async (key: string, response: Response) => {
    if (this.full) throw new DOMException('full', 'QuotaExceededError');
    this.kept.set(key, response);
  };
  delete = async (key: string) => this.kept.delete(key);
  keys = async () => [...this.kept.keys()].map((url) => ({ url }));
}

/** A host whose files say their own path. */
class Host {
  readonly asked: string[] = [];
  readonly modes: (string | undefined)[] = [];
  missing: string | null = null;
  redirecting = false;
  fetch = async (address: string, options?: RequestInit): Promise<Response> => {
    const path = address.slice(scope.length);
    this.asked.push(path);
    this.modes.push(options?.cache);
    const response = this.#answer(path);
    return this.redirecting ? Object.defineProperty(response, 'redirected', { value: true }) : response;
  };
  #answer(path: string): Response {
    return path === this.missing ? new Response('no', { status: 404 }) : new Response(path, { headers: { 'Cross-Origin-Opener-Policy': 'same-origin' } });
  }
}

const version = (revision: string): OfflineFile[] => [
  { path: 'index.html', revision, when: 'install' },
  { path: 'assets/a-1.js', revision: 'same', when: 'install' },
  { path: 'models/m 1/model.safetensors', revision, when: 'use' },
];

async function answer(files: OfflineFiles, path: string, options: RequestInit = {}): Promise<Response> {
  const file = files.fileAt(`${scope}${path}`);
  if (!file) throw new Error(`${path} is not ours`);
  const writing: Promise<unknown>[] = [];
  const response = await files.answer(file, new Request(`${scope}${path}`, options), (work) => writing.push(work));
  await Promise.all(writing);
  return response;
}

describe('files without a network', () => {
  it('knows its own addresses under a sub-path, whatever their query', () => {
    const files = new OfflineFiles(version('1'), scope, Promise.resolve(new Shelf()), new Host().fetch);
    expect(files.fileAt(`${scope}?view=runs&gen=3`)?.path).toBe('index.html');
    expect(files.fileAt(`${scope}index.html#top`)?.path).toBe('index.html');
    expect(files.fileAt(`${scope}models/m%201/model.safetensors`)?.when).toBe('use');
    expect(files.fileAt(`${scope}assets/old-0.js`)).toBeNull();
    expect(files.fileAt('https://host.example/some/')).toBeNull();
    expect(files.fileAt('https://elsewhere.example/some/where/index.html')).toBeNull();
  });

  it('fetches what the page needs beforehand, the rest when it is used, and each once', async () => {
    const [shelf, host] = [new Shelf(), new Host()];
    const files = new OfflineFiles(version('1'), scope, Promise.resolve(shelf), host.fetch);
    await files.install();
    expect(host.asked.toSorted()).toEqual(['assets/a-1.js', 'index.html']);
    expect(await (await answer(files, '?x=time')).text()).toBe('index.html');
    await answer(files, 'models/m%201/model.safetensors');
    const again = await answer(files, 'models/m%201/model.safetensors');
    expect(again.headers.get('Cross-Origin-Opener-Policy')).toBe('same-origin');
    expect(host.asked).toHaveLength(3);
  });

  it('a new version fetches what changed, and keeps the old one’s files until it takes over', async () => {
    const [shelf, host] = [new Shelf(), new Host()];
    await new OfflineFiles(version('1'), scope, Promise.resolve(shelf), host.fetch).install();
    const next = new OfflineFiles(version('2'), scope, Promise.resolve(shelf), host.fetch);
    await next.install();
    expect(host.asked.filter((path) => path === 'assets/a-1.js')).toHaveLength(1);
    expect(shelf.kept.size).toBe(3);
    await next.tidy();
    expect([...shelf.kept.keys()].toSorted()).toEqual([`${scope}assets/a-1.js?revision=same`, `${scope}index.html?revision=2`]);
  });

  it('does not install half a version', async () => {
    const host = new Host();
    host.missing = 'assets/a-1.js';
    await expect(new OfflineFiles(version('1'), scope, Promise.resolve(new Shelf()), host.fetch).install()).rejects.toThrow('assets/a-1.js: 404');
  });

  it('answers where nothing can be kept, and keeps no error', async () => {
    const [shelf, host] = [new Shelf(), new Host()];
    const files = new OfflineFiles(version('1'), scope, Promise.resolve(shelf), host.fetch);
    shelf.full = true;
    expect(await (await answer(files, 'index.html')).text()).toBe('index.html');
    shelf.full = false;
    host.missing = 'index.html';
    expect((await answer(files, 'index.html')).status).toBe(404);
    expect(shelf.kept.size).toBe(0);
  });

  it('opens the page from an answer that was redirected, as browsers allow only where that does not show', async () => {
    const [shelf, host] = [new Shelf(), new Host()];
    host.redirecting = true;
    const files = new OfflineFiles(version('1'), scope, Promise.resolve(shelf), host.fetch);
    expect((await answer(files, '')).redirected).toBe(false);
    shelf.kept.clear();
    await files.install();
    const kept = shelf.kept.get(`${scope}index.html?revision=1`);
    expect(kept).toMatchObject({ redirected: false, status: 200 });
    expect(kept?.headers.get('Cross-Origin-Opener-Policy')).toBe('same-origin');
    expect(await kept?.text()).toBe('index.html');
  });

  it('never keeps as of this version what the browser holds of another, unless it is asked for that', async () => {
    const host = new Host();
    const files = new OfflineFiles(version('1'), scope, Promise.resolve(new Shelf()), host.fetch);
    await answer(files, 'models/m%201/model.safetensors');
    await answer(files, 'index.html', { cache: 'force-cache' });
    expect(host.modes).toEqual(['no-cache', 'force-cache']);
  });

  it('answers from the network where the storage cannot be opened', async () => {
    const files = new OfflineFiles(version('1'), scope, Promise.reject(new Error('broken')), new Host().fetch);
    expect(await (await answer(files, 'index.html')).text()).toBe('index.html');
  });
});
