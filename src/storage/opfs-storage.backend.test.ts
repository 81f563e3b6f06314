import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OpfsStorage } from './opfs-storage.ts';
import { OpfsInWorker } from './opfs-worker.fixture.ts';
import { describeStorage } from './storage-conformance.fixture.ts';
import type { Storage } from './storage.ts';

async function clear(storage: Storage): Promise<void> {
  for (const { path } of await storage.list()) await storage.remove(path);
}

// Node has no private file system; its storage is src/cli/folder-storage.ts.
describe.skipIf(typeof Worker === 'undefined')('OpfsStorage', () => {
  let worker: OpfsInWorker;
  beforeAll(() => {
    worker = new OpfsInWorker();
  });
  afterAll(() => worker[Symbol.dispose]());

  describeStorage('in a worker', () => worker, () => clear(worker));

  const page = new OpfsStorage('storage-test-page');
  describeStorage('on the page', () => page, () => clear(page));

  it('gives its files as blobs, also while a worker holds one open', async () => {
    await worker.folder('storage-test');
    const own = new OpfsStorage('storage-test');
    await using file = await worker.open('blob/a', { create: true });
    await file.write(0, Uint8Array.of(1, 2, 3));
    await file.flush();
    const blob = await own.blob('blob/a');
    expect(blob.size).toBe(3);
    expect(new Uint8Array(await blob.slice(1).arrayBuffer())).toEqual(Uint8Array.of(2, 3));
  });

  it("a file that one worker has open is another tab's busy file, and free once that tab has gone", async () => {
    const other = new OpfsInWorker();
    const file = await other.open('held', { create: true });
    await file.write(0, Uint8Array.of(9));
    await expect(worker.open('held')).rejects.toMatchObject({ name: 'StorageBusyError' });
    await expect(worker.remove('held')).rejects.toMatchObject({ name: 'StorageBusyError' });
    other[Symbol.dispose]();
    await expect.poll(async () => worker.open('held').then((opened) => opened[Symbol.asyncDispose]().then(() => 'free'), () => 'busy')).toBe('free');
  });

  it('lists what is there while another thread makes and removes files', async () => {
    const other = new OpfsInWorker();
    const own = new OpfsStorage('storage-test');
    let busy = true;
    const churn = (async () => {
      for (let round = 0; busy; round++) {
        for (const name of ['churn/a', 'churn/b', 'churn/deep/c']) await (await other.open(name, { create: true }))[Symbol.asyncDispose]();
        await other.remove('churn');
      }
    })();
    await (await worker.open('stays', { create: true }))[Symbol.asyncDispose]();
    for (let look = 0; look < 100; look++) expect((await own.list()).map(({ path }) => path)).toContain('stays');
    busy = false;
    await churn;
    other[Symbol.dispose]();
  });

  it('is full at the quota of the browser, and keeps what was there', async () => {
    const { cdp } = await import('vitest/browser');
    const origin = location.origin;
    const { usage } = await worker.estimate();
    await using file = await worker.open('big', { create: true });
    await file.write(0, new Uint8Array(1000).fill(7));
    await file.flush();
    await cdp().send('Storage.overrideQuotaForOrigin', { origin, quotaSize: usage + 3_000_000 });
    try {
      // The browser's estimate is not asked: under this quota Chromium still reports what is used plus 10 GiB.
      await expect(file.write(1000, new Uint8Array(30_000_000))).rejects.toMatchObject({ name: 'StorageFullError' });
      expect(await file.read(0, 1000)).toEqual(new Uint8Array(1000).fill(7));
      expect((await worker.openForReading('big')).size).toBe(1000);
    } finally {
      await cdp().send('Storage.overrideQuotaForOrigin', { origin });
    }
    await file.write(file.size, new Uint8Array(10));
  });
});
