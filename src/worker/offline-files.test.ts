import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
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

/** A host whose files say their own path, and the version where it is not the first. */
class Host {
  version = '';
  /** What it sends in place of a file. */
  readonly wrong = new Map<string, BodyInit>();
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
    if (path === this.missing) return new Response('no', { status: 404 });
    const file = decodeURIComponent(path.replace(/\?.*/, '')) || 'index.html';
    return new Response(this.wrong.get(file) ?? contentOf(file, this.version), { headers: { 'Cross-Origin-Opener-Policy': 'same-origin' } });
  }
}

const contentOf = (path: string, revision: string): string => (path.startsWith('assets/') ? path : path + revision);
const hash = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');
const headers = { 'Content-Security-Policy': "default-src 'self'" };

function filesOf(files: readonly OfflineFile[], shelf: FileCache | Promise<FileCache>, host: Host): OfflineFiles {
  return new OfflineFiles(files, { scope, headers, cache: Promise.resolve(shelf), fetch: host.fetch });
}

const paths = [['index.html', 'install'], ['assets/a-1.js', 'install'], ['models/m 1/model.safetensors', 'use']] as const;
const version = (name: string): OfflineFile[] => paths.map(([path, when]) => ({ path, revision: hash(contentOf(path, name)), when }));

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
    const files = filesOf(version(''), new Shelf(), new Host());
    expect(files.fileAt(`${scope}?view=runs&gen=3`)?.path).toBe('index.html');
    expect(files.fileAt(`${scope}index.html#top`)?.path).toBe('index.html');
    expect(files.fileAt(`${scope}models/m%201/model.safetensors`)?.when).toBe('use');
    expect(files.fileAt(`${scope}assets/old-0.js`)).toBeNull();
    expect(files.fileAt(`${scope}assets/100%`)).toBeNull();
    expect(files.fileAt('https://host.example/some/')).toBeNull();
    expect(files.fileAt('https://elsewhere.example/some/where/index.html')).toBeNull();
  });

  it('fetches what the page needs beforehand, the rest when it is used, and each once', async () => {
    const [shelf, host] = [new Shelf(), new Host()];
    const files = filesOf(version(''), shelf, host);
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
    await filesOf(version(''), shelf, host).install();
    host.version = '2';
    const next = filesOf(version('2'), shelf, host);
    await next.install();
    expect(host.asked.filter((path) => path === 'assets/a-1.js')).toHaveLength(1);
    expect(shelf.kept.size).toBe(3);
    await next.tidy();
    expect([...shelf.kept.keys()].toSorted()).toEqual([`${scope}assets/a-1.js?revision=${hash('assets/a-1.js')}`, `${scope}index.html?revision=${hash('index.html2')}`]);
  });

  it('does not install half a version', async () => {
    const host = new Host();
    host.missing = 'assets/a-1.js';
    await expect(filesOf(version(''), new Shelf(), host).install()).rejects.toThrow('assets/a-1.js: 404');
  });

  it('does not install a version with a file that is not of it', async () => {
    const [shelf, host] = [new Shelf(), new Host()];
    for (const wrong of ['assets/a-', '<html>Sign in first</html>']) {
      host.wrong.set('assets/a-1.js', wrong);
      await expect(filesOf(version(''), shelf, host).install()).rejects.toThrow('assets/a-1.js: not the file of this version');
    }
    expect([...shelf.kept.keys()].filter((key) => key.includes('a-1'))).toEqual([]);
  });

  it('passes on a file of another version, and keeps nothing of it', async () => {
    const [shelf, host] = [new Shelf(), new Host()];
    const files = filesOf(version(''), shelf, host);
    host.version = '2';
    const path = 'models/m%201/model.safetensors';
    expect(await (await answer(files, path)).text()).toBe('models/m 1/model.safetensors2');
    expect(shelf.kept.size).toBe(0);
    host.version = '';
    await answer(files, path);
    expect(shelf.kept.size).toBe(1);
  });

  it('knows a packed file that was unpacked on its way', async () => {
    const [shelf, host] = [new Shelf(), new Host()];
    const packed = gzipSync('a text');
    const files = filesOf([{ path: 'texts/a.txt.gz', revision: hash(packed), unpacked: hash('a text'), when: 'use' }], shelf, host);
    for (const [sent, kept] of [['no text', 0], ['a text', 1], [packed, 1]] as const) {
      shelf.kept.clear();
      host.wrong.set('texts/a.txt.gz', sent);
      await answer(files, 'texts/a.txt.gz');
      expect(shelf.kept.size).toBe(kept);
    }
  });

  it('sends the headers that keep the page safe where its host sends none, with kept files too', async () => {
    const files = filesOf(version(''), new Shelf(), new Host());
    for (let time = 0; time < 2; time++) expect((await answer(files, 'index.html')).headers.get('Content-Security-Policy')).toBe(headers['Content-Security-Policy']);
    const strict = new Response('index.html', { headers: { 'Content-Security-Policy': "default-src 'none'" } });
    const other = new OfflineFiles(version(''), { scope, headers, cache: Promise.resolve(new Shelf()), fetch: async () => strict });
    expect((await answer(other, 'index.html')).headers.get('Content-Security-Policy')).toBe("default-src 'none'");
  });

  it('answers where nothing can be kept, and keeps no error', async () => {
    const [shelf, host] = [new Shelf(), new Host()];
    const files = filesOf(version(''), shelf, host);
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
    const files = filesOf(version(''), shelf, host);
    expect((await answer(files, '')).redirected).toBe(false);
    shelf.kept.clear();
    await files.install();
    const kept = shelf.kept.get(`${scope}index.html?revision=${hash('index.html')}`);
    expect(kept).toMatchObject({ redirected: false, status: 200 });
    expect(kept?.headers.get('Cross-Origin-Opener-Policy')).toBe('same-origin');
    expect(await kept?.text()).toBe('index.html');
  });

  it('never keeps as of this version what the browser holds of another, unless it is asked for that', async () => {
    const host = new Host();
    const files = filesOf(version(''), new Shelf(), host);
    await answer(files, 'models/m%201/model.safetensors');
    await answer(files, 'index.html', { cache: 'force-cache' });
    expect(host.modes).toEqual(['no-cache', 'force-cache']);
  });

  it('answers from the network where the storage cannot be opened', async () => {
    const files = filesOf(version(''), Promise.reject(new Error('broken')), new Host());
    expect(await (await answer(files, 'index.html')).text()).toBe('index.html');
  });
});
