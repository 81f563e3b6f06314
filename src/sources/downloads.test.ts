import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MemoryStorage } from '../storage/memory-storage.ts';
import type { Storage } from '../storage/storage.ts';
import type { DownloadProgress } from './download-progress.ts';
import { ModelDownloads } from './downloads.ts';
import { readAll } from './file-source.ts';
import { HubServer } from './hub-server.fixture.ts';
import { openHub } from './hub-source.ts';
import type { RemoteFolder } from './remote-folder.ts';
import { openUrlFolder } from './url-folder.ts';

const folder = 'fixtures/models/tiny-bytes';
const model = 'hub:owner/tiny@main';
const place = 'models/hub~3aowner~2ftiny~40main';
const weightsFile = `${place}/files/model.safetensors`;
const pauses = [1, 1, 1, 1, 1];
let server: HubServer;
let storage: Storage;
let weights: Buffer;

beforeEach(async () => {
  server = await HubServer.start([
    { id: 'owner/tiny', folder, licence: 'apache-2.0' },
    { id: 'owner/other', folder, licence: 'mit' },
  ]);
  server.replace('owner/tiny', 'pytorch_model.bin', new Uint8Array(50_000));
  server.replace('owner/tiny', 'LICENSE', new Uint8Array(100).fill(65));
  storage = new MemoryStorage();
  weights = await readFile(`${folder}/model.safetensors`);
});
afterEach(() => server[Symbol.asyncDispose]());

const hub = (id = 'owner/tiny'): Promise<RemoteFolder> => openHub({ endpoint: server.endpoint, id, revision: 'main', token: null });
const downloads = (): ModelDownloads => new ModelDownloads(storage, { pauses });
/** Requests for the weights, on the port of big files. */
const asked = () => server.requests.filter(({ server: where, path }) => where === 'cdn' && path.endsWith('model.safetensors'));

/** That the weights of a model that is whole are these. */
async function expectWeights(expected: Uint8Array, id = model): Promise<void> {
  const found = Buffer.from(await readAll(await (await downloads().open(id)).open('model.safetensors')));
  expect(found.equals(expected)).toBe(true);
}

/** Downloads until so many bytes of all files are here, then breaks off. */
async function breakOff(bytes: number, remote?: RemoteFolder): Promise<void> {
  const controller = new AbortController();
  server.faults.rate = 400_000;
  const onProgress = ({ done }: DownloadProgress): void => (done >= bytes ? controller.abort(new Error('enough')) : undefined);
  // Reports are seldom; what is stored is looked at as well.
  const watch = setInterval(async () => {
    const sizes = (await storage.list(`${place}/files`)).map(({ size }) => size);
    if (sizes.reduce((sum, size) => sum + size, 0) >= bytes) controller.abort(new Error('enough'));
  }, 2);
  try {
    await expect(downloads().download(remote ?? (await hub()), { signal: controller.signal, onProgress })).rejects.toThrow('enough');
  } finally {
    clearInterval(watch);
    server.faults.rate = null;
  }
}

async function sizeOfWeights(): Promise<number> {
  return (await storage.list(place)).find(({ path }) => path === weightsFile)?.size ?? 0;
}

describe('a download', () => {
  it('plans what is needed, fetches it, checks it, and opens without any network', async () => {
    const remote = await hub();
    const plan = await downloads().plan(remote);
    expect(plan.files.map(({ path }) => path)).toEqual(['config.json', 'tokenizer.json', 'LICENSE', 'tokenizer_config.json', 'model.safetensors']);
    expect(plan).toMatchObject({ present: 0, complete: false });
    const told: DownloadProgress[] = [];
    await downloads().download(remote, { onProgress: (progress) => told.push(progress) });
    expect(told[0]).toMatchObject({ done: 0, total: plan.total, file: 'config.json' });
    expect(told.at(-1)).toMatchObject({ done: plan.total, total: plan.total, file: 'model.safetensors' });
    expect(told.every(({ done }, index) => done >= (told[index - 1]?.done ?? 0))).toBe(true);
    expect((await downloads().plan(remote)).complete).toBe(true);
    const before = server.requests.length;
    await downloads().download(remote);
    expect(server.requests).toHaveLength(before);

    await server[Symbol.asyncDispose]();
    const source = await downloads().open(model);
    expect(source.about).toEqual(remote.about);
    expect(await source.list()).toEqual(plan.files.map(({ path }) => path).toSorted());
    await expectWeights(weights);
    expect(Buffer.from(await (await source.open('model.safetensors')).slice(5, 100))).toEqual(weights.subarray(5, 100));
    await expect(source.open('pytorch_model.bin')).rejects.toMatchObject({ name: 'FileMissingError' });
    expect(await downloads().list()).toEqual([{ model, bytes: plan.total, total: plan.total, complete: true, licence: 'apache-2.0', storedAt: expect.stringMatching(/^20\d\d-/) }]);
  });

  it('goes on after lost connections, asking only for what is missing', async () => {
    server.faults.drop = { after: 40_000, times: 3 };
    await downloads().download(await hub());
    await expectWeights(weights);
    const sent = asked().map((request) => request.sent);
    expect(sent).toHaveLength(4);
    expect(asked().map(({ range }) => range)).toEqual([null, ...[1, 2, 3].map((count) => `bytes=${40_000 * count}-`)]);
    expect(sent.reduce((sum, bytes) => sum + bytes, 0)).toBe(weights.length);
  });

  it('waits for servers in trouble, but not for ever', async () => {
    const remote = await hub();
    server.faults.status = { code: 503, times: 3 };
    await downloads().download(remote);
    await downloads().remove(model);
    server.faults.status = { code: 429, times: 1, headers: { 'retry-after': '3600' } };
    await expect(downloads().download(remote)).rejects.toMatchObject({ name: 'RateLimitError' });
    server.faults.status = { code: 500, times: 99 };
    await expect(downloads().download(remote)).rejects.toMatchObject({ name: 'ServerError', status: 500 });
    server.faults.status = null;
    server.faults.drop = { after: 0, times: 99 };
    await expect(downloads().download(remote)).rejects.toMatchObject({ name: 'DownloadInterruptedError', explanation: { what: expect.stringContaining('6 times') } });
    server.faults.drop = null;
    await server[Symbol.asyncDispose]();
    await expect(downloads().download(remote)).rejects.toMatchObject({ name: 'NetworkError' });
    await expect(downloads().open(model)).rejects.toMatchObject({ name: 'ModelNotStoredError' });
  });

  it('is broken off and gone on with by another instance', async () => {
    await breakOff(60_000);
    const here = await sizeOfWeights();
    expect(here).toBeGreaterThan(30_000);
    expect(here).toBeLessThan(weights.length);
    const [stored] = await downloads().list();
    expect(stored).toMatchObject({ model, complete: false, licence: 'apache-2.0' });
    expect(stored?.bytes).toBeLessThan(stored?.total ?? 0);
    await expect(downloads().open(model)).rejects.toMatchObject({ name: 'ModelNotStoredError', explanation: { what: expect.stringContaining('not complete') } });
    const remote = await hub();
    expect((await downloads().plan(remote)).present).toBe(stored?.bytes);
    await downloads().download(remote);
    expect(asked().at(-1)?.range).toBe(`bytes=${here}-`);
    expect(asked().at(-1)?.sent).toBe(weights.length - here);
    await expectWeights(weights);
  });

  it('does not begin when the signal is aborted', async () => {
    const remote = await hub();
    const before = server.requests.length;
    await expect(downloads().download(remote, { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
    expect(server.requests).toHaveLength(before);
    expect(await downloads().list()).toEqual([]);
  });

  it('begins again where the server gives no ranges', async () => {
    await breakOff(60_000);
    server.faults.noRanges = true;
    await downloads().download(await hub());
    expect(asked().at(-1)?.sent).toBe(weights.length);
    await expectWeights(weights);
  });
});

describe('what is wrong', () => {
  it('is refused when the content is not what was promised, and nothing is marked as complete', async () => {
    server.corrupt('owner/tiny', 'model.safetensors', Uint8Array.from(weights).fill(1, 100, 101));
    await expect(downloads().download(await hub())).rejects.toMatchObject({ name: 'DownloadCorruptError' });
    expect(asked()).toHaveLength(1);
    expect(await sizeOfWeights()).toBe(0);
    expect(await downloads().has(model)).toBe(false);
    server.replace('owner/tiny', 'model.safetensors', weights);
    await downloads().download(await hub());
    await expectWeights(weights);
  });

  it('a part from before that has rotted is fetched again, once', async () => {
    await breakOff(60_000);
    {
      await using file = await storage.open(weightsFile);
      await file.write(10, Uint8Array.of(1, 2, 3));
    }
    await downloads().download(await hub());
    expect(asked().map(({ range }) => range === null)).toEqual([true, false, true]);
    await expectWeights(weights);
  });

  it('a file of another size is refused, whether longer or shorter', async () => {
    for (const size of [weights.length + 5, weights.length - 5]) {
      const remote = await hub();
      server.replace('owner/tiny', 'model.safetensors', new Uint8Array(size));
      await expect(downloads().download(remote)).rejects.toMatchObject({ name: 'DownloadSizeError' });
      expect(await sizeOfWeights()).toBe(0);
      expect(await downloads().has(model)).toBe(false);
      server.replace('owner/tiny', 'model.safetensors', weights);
    }
  });

  it('a disk that is too small is seen before the first byte', async () => {
    storage = new MemoryStorage({ quota: 100_000 });
    const remote = await hub();
    const before = server.requests.length;
    const { total } = await downloads().plan(remote);
    await expect(downloads().download(remote)).rejects.toMatchObject({ name: 'DownloadTooLargeError', needed: total, free: 100_000, explanation: { what: expect.stringContaining(String(total)) } });
    expect(server.requests).toHaveLength(before);
  });

  it('a disk that fills up half-way keeps what came; with room, it goes on from there', async () => {
    // As in browsers, the estimate promises more than there is.
    const small = new MemoryStorage({ quota: 110_000 });
    small.estimate = async () => null;
    storage = small;
    await expect(downloads().download(await hub())).rejects.toMatchObject({ name: 'StorageFullError', explanation: { remedy: expect.stringContaining('Delete') } });
    const here = await sizeOfWeights();
    expect(here).toBeGreaterThan(0);
    expect(await downloads().list()).toMatchObject([{ model, complete: false }]);
    const larger = new MemoryStorage();
    for (const { path, size } of await small.list()) {
      await using file = await larger.open(path, { create: true });
      await file.write(0, await (await small.openForReading(path)).read(0, size));
    }
    storage = larger;
    await downloads().download(await hub());
    expect(asked().at(-1)?.range).toBe(`bytes=${here}-`);
    await expectWeights(weights);
  });

  it('a model without its files, or with a marker that does not fit, is none', async () => {
    server.replace('owner/other', 'model.safetensors', null);
    await expect(downloads().plan(await hub('owner/other'))).rejects.toMatchObject({ name: 'NoModelFilesError' });
    server.replace('owner/tiny', 'tokenizer.json', null);
    await expect(downloads().plan(await hub())).rejects.toMatchObject({ name: 'NoModelFilesError' });
    server.replace('owner/tiny', 'tokenizer.json', await readFile(`${folder}/tokenizer.json`));
    await downloads().download(await hub());
    {
      await using file = await storage.open(weightsFile);
      await file.truncate(100);
    }
    await expect(downloads().open(model)).rejects.toMatchObject({ name: 'ModelNotStoredError' });
    await downloads().download(await hub());
    await expectWeights(weights);
    {
      await using file = await storage.open(`${place}/complete.json`);
      await file.truncate(50);
    }
    expect(await downloads().has(model)).toBe(false);
  });
});

describe('several models', () => {
  it('come side by side, are listed, and are deleted one by one', async () => {
    server.faults.rate = 2_000_000;
    const [one, two] = await Promise.all([hub(), hub('owner/other')]);
    await Promise.all([downloads().download(one), downloads().download(two)]);
    expect((await downloads().list()).map((entry) => [entry.model, entry.complete, entry.licence])).toEqual([
      ['hub:owner/other@main', true, 'mit'],
      [model, true, 'apache-2.0'],
    ]);
    await downloads().remove(model);
    await downloads().remove(model);
    expect((await downloads().list()).map((entry) => entry.model)).toEqual(['hub:owner/other@main']);
    await expectWeights(weights, 'hub:owner/other@main');
    expect((await storage.list()).some(({ path }) => path.startsWith(place))).toBe(false);
  });

  it('one model is fetched once at a time, and not deleted meanwhile', async () => {
    const remote = await hub();
    server.faults.rate = 400_000;
    const first = downloads().download(remote);
    await expect.poll(sizeOfWeights).toBeGreaterThan(0);
    await expect(downloads().download(remote)).rejects.toMatchObject({ name: 'StorageBusyError' });
    await expect(downloads().remove(model)).rejects.toMatchObject({ name: 'StorageBusyError' });
    await first;
    await expectWeights(weights);
  });

  it('a newer commit replaces what has changed and keeps the rest', async () => {
    await downloads().download(await hub());
    const newer = Uint8Array.from(weights).fill(9, 500, 600);
    server.replace('owner/tiny', 'model.safetensors', newer);
    server.replace('owner/tiny', 'LICENSE', null);
    const before = server.requests.length;
    await downloads().download(await hub());
    expect(server.requests.slice(before).filter(({ path }) => path.includes('/resolve/'))).toHaveLength(1);
    await expectWeights(newer);
    expect((await storage.list(`${place}/files`)).map(({ path }) => path)).not.toContain(`${place}/files/LICENSE`);
  });
});

describe('from an address', () => {
  const ref = (): string => `url:${server.plainFolder('owner/tiny')}`;
  const remote = (): Promise<RemoteFolder> => openUrlFolder({ base: server.plainFolder('owner/tiny') });

  it('goes on by range, and begins a file again that changed between two requests', async () => {
    server.faults.drop = { after: 40_000, times: 1 };
    await downloads().download(await remote());
    await expectWeights(weights, ref());
    await downloads().remove(ref());

    const folderBefore = await remote();
    const newer = new Uint8Array(70_000).fill(3);
    const { drop } = Object.assign(server.faults, { drop: { after: 40_000, times: 1 } });
    const slow = new ModelDownloads(storage, { pauses: [400, 400] });
    const download = slow.download(folderBefore);
    await expect.poll(() => drop.times).toBe(0);
    server.replace('owner/tiny', 'model.safetensors', newer);
    await download;
    await expectWeights(newer, ref());
    expect(await slow.list()).toMatchObject([{ complete: true }]);
  });

  it('does not go on with a part of which nothing says that it is of the same file', async () => {
    server.faults.noEtags = true;
    const controller = new AbortController();
    server.faults.drop = { after: 40_000, times: 99 };
    const part = 'models/' + ref().replaceAll(':', '~3a').replaceAll('/', '~2f') + '/files/model.safetensors';
    const watch = setInterval(async () => {
      if ((await storage.list()).some(({ path, size }) => path === part && size >= 30_000)) controller.abort(new Error('enough'));
    }, 2);
    await expect(new ModelDownloads(storage, { pauses: [5000] }).download(await remote(), { signal: controller.signal })).rejects.toThrow('enough');
    clearInterval(watch);
    server.faults.drop = null;
    const before = server.requests.length;
    await downloads().download(await remote());
    expect(server.requests.slice(before).filter(({ method, range }) => method === 'GET' && range !== null)).toEqual([]);
    await expectWeights(weights, ref());
  });
});

it('sharded weights come with their index', async () => {
  const text = new TextEncoder();
  server.replace('owner/tiny', 'model.safetensors', null);
  server.replace('owner/tiny', 'model-00001-of-00002.safetensors', weights);
  server.replace('owner/tiny', 'model-00002-of-00002.safetensors', weights.subarray(0, 20_000));
  server.replace('owner/tiny', 'model.safetensors.index.json', text.encode(JSON.stringify({ weight_map: { a: 'model-00001-of-00002.safetensors', b: 'model-00002-of-00002.safetensors' } })));
  await downloads().download(await hub());
  const source = await downloads().open(model);
  expect(await source.list()).toEqual(expect.arrayContaining(['model.safetensors.index.json', 'model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors']));
  server.replace('owner/tiny', 'model-00002-of-00002.safetensors', null);
  await expect(downloads().plan(await hub())).rejects.toMatchObject({ name: 'NoModelFilesError' });
});
