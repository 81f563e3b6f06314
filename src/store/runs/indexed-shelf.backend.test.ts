import { deleteDB, openDB } from 'idb';
import { afterAll, describe, expect, it } from 'vitest';
import { IndexedShelf } from './indexed-shelf.ts';
import { describeShelf } from './run-shelf.fixture.ts';
import { recordOf, wholeRun } from './runs.fixture.ts';

const name = 'darwinlm-runs-test';

// Node has no IndexedDB.
describe.skipIf(typeof indexedDB === 'undefined')('IndexedShelf', () => {
  let open: IndexedShelf | null = null;
  const fresh = async (): Promise<IndexedShelf> => {
    open?.[Symbol.dispose]();
    await deleteDB(name);
    open = await IndexedShelf.open(name);
    return open;
  };
  afterAll(async () => {
    open?.[Symbol.dispose]();
    await deleteDB(name);
  });

  describeShelf('IndexedShelf', fresh);

  it('is the same for two tabs, which number their runs one after the other', async () => {
    const here = await fresh();
    using there = await IndexedShelf.open(name);
    const run = (id: string) => ({ ...recordOf(wholeRun), id, name: null, origin: null, imported: false });
    const stored = await Promise.all(['a', 'b', 'c', 'd'].map((id, index) => (index % 2 === 0 ? here : there).create(run(id))));
    expect(stored.map(({ number }) => number).toSorted()).toEqual([1, 2, 3, 4]);
    await there.write('a', recordOf(wholeRun), { index: 0, bytes: Uint8Array.of(5) }, 1);
    expect(await here.pieces('a')).toEqual([Uint8Array.of(5)]);
  });

  it('goes on after it stepped back for another tab, or the browser cleared it under the page', async () => {
    const shelf = await fresh();
    await shelf.create({ ...recordOf(wholeRun), id: 'a', name: null, origin: null, imported: false });
    await deleteDB(name); // asks whoever has it open to step back, as another version does
    expect(await shelf.list()).toEqual([]);
    expect(await shelf.create({ ...recordOf(wholeRun), id: 'b', name: null, origin: null, imported: false })).toMatchObject({ number: 1 });

    const newer = await openDB(name, 2); // of a newer page: this one must not write in its form
    await expect(shelf.list()).rejects.toMatchObject({ name: 'VersionError' });
    newer.close();
    await deleteDB(name);
    expect(await shelf.list()).toEqual([]);
  });
});
