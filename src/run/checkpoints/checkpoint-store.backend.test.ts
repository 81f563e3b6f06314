import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OpfsStorage } from '../../storage/opfs-storage.ts';
import { OpfsInWorker } from '../../storage/opfs-worker.fixture.ts';
import { StoredFileMissingError } from '../../storage/storage-errors.ts';
import type { ReadableFile, Storage } from '../../storage/storage.ts';
import { CheckpointMissingError } from './checkpoint-errors.ts';
import { History, namesIn, readAll, run, type Committed, type Step } from './checkpoint-history.fixture.ts';
import { CheckpointStore } from './checkpoint-store.ts';
import { sliceBytes } from './file-hash.ts';
import { listCheckpoints, removeCheckpoint } from './list-checkpoints.ts';

const folder = 'checkpoint-test';

/** Errors lose their class on the way from the worker. */
class Opfs extends OpfsInWorker {
  override async openForReading(path: string): Promise<ReadableFile> {
    return super.openForReading(path).catch((cause: unknown) => {
      throw cause instanceof Error && cause.name === 'StoredFileMissingError' ? new StoredFileMissingError(this.name, path, { cause }) : cause;
    });
  }

  static async inFolder(): Promise<Opfs> {
    const opfs = new Opfs();
    await opfs.folder(folder);
    return opfs;
  }
}

const history: readonly Step[] = [
  { type: 'put', kind: 'module', module: 0, size: 200 },
  { type: 'commit', events: 3, long: true },
  { type: 'put', kind: 'state', module: 0, size: sliceBytes + 5 },
  { type: 'put', kind: 'best', module: 0, size: 100 },
  { type: 'commit', events: 2, long: false },
  { type: 'reopen' },
  { type: 'put', kind: 'state', module: 0, size: 400 },
  { type: 'commit', events: 4, long: true },
  { type: 'commit', events: 0, long: false },
];

async function lived(storage: Storage): Promise<Committed> {
  const states: Committed[] = [];
  await new History(storage, (state) => states.push(state)).live(history);
  const last = states.at(-1);
  if (!last) throw new Error('nothing was committed');
  return last;
}

// Node has no private file system.
describe.skipIf(typeof Worker === 'undefined')('CheckpointStore in OPFS', () => {
  let worker: Opfs;
  beforeEach(async () => {
    worker = await Opfs.inFolder();
    await worker.remove('checkpoints');
  });
  afterEach(() => worker[Symbol.dispose]());

  it.each(['in a worker', 'on the page'])('lives a history %s and is read by both', async (where) => {
    const page = new OpfsStorage(folder);
    const last = await lived(where === 'in a worker' ? worker : page);
    for (const storage of [worker, page]) {
      const { progress, log } = await readAll(storage);
      expect({ progress, log }).toEqual(last);
    }
    expect(await listCheckpoints(page)).toMatchObject([{ run, refused: null }]);
    await removeCheckpoint(worker, run);
    await expect(CheckpointStore.open(page, run)).rejects.toThrow(CheckpointMissingError);
  });

  it('is whole after the worker was ended in the middle of a part and of a commit', async () => {
    const last = await lived(worker);
    const { store, progress, log } = await readAll(worker);
    let written = (): void => {};
    const writing = new Promise<void>((resolve) => (written = resolve));
    async function* endless(): AsyncGenerator<Uint8Array<ArrayBuffer>> {
      for (let piece = 0; ; piece++) {
        if (piece === 3) written();
        yield new Uint8Array(sliceBytes);
      }
    }
    void store.put('training-state', endless()).catch(() => undefined);
    await writing;
    void store.commit({ ...progress, at: progress.at + 1 }, []).catch(() => undefined);
    worker[Symbol.dispose]();
    const again = await Opfs.inFolder();
    const found = await readAll(again);
    expect(found.log).toEqual(log);
    expect([last.progress, { ...last.progress, at: last.progress.at + 1 }]).toContainEqual(found.progress);
    await found.store.commit(found.progress, []);
    await found.store.commit(found.progress, []);
    expect((await namesIn(again)).filter((name) => name.startsWith('training-state'))).toHaveLength(1);
    again[Symbol.dispose]();
  });
});
