import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { Storage } from './storage.ts';

const bytes = (...values: readonly number[]): Uint8Array<ArrayBuffer> => Uint8Array.from(values);
const pattern = (length: number): Uint8Array<ArrayBuffer> => Uint8Array.from({ length }, (_, index) => (index * 7) % 251);

/** Comparing long arrays by their elements takes seconds. */
function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index]);
}

async function put(storage: Storage, path: string, content: Uint8Array<ArrayBuffer>): Promise<void> {
  await using file = await storage.open(path, { create: true });
  await file.truncate(0);
  await file.write(0, content);
  await file.flush();
}

function readsAndWrites(make: () => Storage): void {
  it('writes, reads back by ranges, overwrites in the middle and cuts', async () => {
    const storage = make();
    const content = pattern(300_000);
    {
      await using file = await storage.open('one/two/a.bin', { create: true });
      expect(file.size).toBe(0);
      await file.write(0, content.slice(0, 100_000));
      await file.write(100_000, content.slice(100_000));
      expect(file.size).toBe(300_000);
      await file.write(5, bytes(1, 2, 3));
      content.set([1, 2, 3], 5);
      expect(await file.read(0, 10)).toEqual(content.slice(0, 10));
      await file.truncate(299_999);
      await file.flush();
    }
    await using again = await storage.open('one/two/a.bin');
    expect(again.size).toBe(299_999);
    expect(same(await again.read(0, again.size), content.subarray(0, 299_999))).toBe(true);
    expect(await again.read(7, 7)).toEqual(bytes());
  });

  it('refuses ranges outside the file and holes', async () => {
    await using file = await make().open('a', { create: true });
    await file.write(0, bytes(1, 2, 3));
    await expect(file.read(0, 4)).rejects.toMatchObject({ name: 'RangeError' });
    await expect(file.read(2, 1)).rejects.toMatchObject({ name: 'RangeError' });
    await expect(file.read(-1, 1)).rejects.toMatchObject({ name: 'RangeError' });
    await expect(file.read(0.5, 1)).rejects.toMatchObject({ name: 'RangeError' });
    await expect(file.write(4, bytes(1))).rejects.toMatchObject({ name: 'RangeError' });
    await expect(file.truncate(4)).rejects.toMatchObject({ name: 'RangeError' });
    expect(await file.read(0, 3)).toEqual(bytes(1, 2, 3));
  });

  it('reads without a lock: two readers and a later writer; a reader of what changed is told', async () => {
    const storage = make();
    await put(storage, 'a', pattern(1000));
    const one = await storage.openForReading('a');
    const two = await storage.openForReading('a');
    expect(one.size).toBe(1000);
    expect(await one.read(10, 20)).toEqual(pattern(1000).slice(10, 20));
    expect(await two.read(0, 1000)).toEqual(pattern(1000));
    await expect(one.read(0, 1001)).rejects.toMatchObject({ name: 'RangeError' });
    await put(storage, 'a', pattern(10));
    await expect(one.read(500, 600)).rejects.toMatchObject({ name: 'StoredFileMissingError' });
    await storage.remove('a');
    await expect(two.read(500, 600)).rejects.toMatchObject({ name: 'StoredFileMissingError' });
  });
}

function keepsATree(make: () => Storage): void {
  it('lists by folder, sorted, and removes files and folders', async () => {
    const storage = make();
    expect(await storage.list()).toEqual([]);
    for (const path of ['b/y', 'b/x', 'a', 'b/z/deep', 'bb/x']) await put(storage, path, pattern(path.length));
    expect(await storage.list()).toEqual(['a', 'b/x', 'b/y', 'b/z/deep', 'bb/x'].map((path) => ({ path, size: path.length })));
    expect((await storage.list('b')).map(({ path }) => path)).toEqual(['b/x', 'b/y', 'b/z/deep']);
    expect(await storage.list('none/here')).toEqual([]);
    await storage.remove('b/x');
    await storage.remove('none');
    await storage.remove('none/here');
    expect((await storage.list('b')).map(({ path }) => path)).toEqual(['b/y', 'b/z/deep']);
    await storage.remove('b');
    expect((await storage.list()).map(({ path }) => path)).toEqual(['a', 'bb/x']);
  });

  it('says what is missing', async () => {
    const storage = make();
    await expect(storage.open('none')).rejects.toMatchObject({ name: 'StoredFileMissingError' });
    await expect(storage.open('none/here')).rejects.toMatchObject({ name: 'StoredFileMissingError' });
    await expect(storage.openForReading('none/here')).rejects.toMatchObject({ name: 'StoredFileMissingError' });
    await put(storage, 'folder/a', bytes(1));
    await expect(storage.openForReading('folder')).rejects.toMatchObject({ name: 'StoredFileMissingError' });
    expect(await storage.list()).toHaveLength(1);
  });

  it('gives a file to one writer at a time', async () => {
    const storage = make();
    const file = await storage.open('f/a', { create: true });
    await file.write(0, bytes(1, 2));
    await expect(storage.open('f/a')).rejects.toMatchObject({ name: 'StorageBusyError', explanation: { what: expect.stringContaining('f/a') } });
    await expect(storage.remove('f/a')).rejects.toMatchObject({ name: 'StorageBusyError' });
    await expect(storage.remove('f')).rejects.toMatchObject({ name: 'StorageBusyError' });
    await file[Symbol.asyncDispose]();
    await file[Symbol.asyncDispose]();
    await expect(file.read(0, 1)).rejects.toThrow('closed');
    await using again = await storage.open('f/a');
    expect(await again.read(0, 2)).toEqual(bytes(1, 2));
  });

  it('refuses paths that leave it', async () => {
    const storage = make();
    for (const path of ['', '/a', 'a/', '../a', 'a/../b', '.', 'a//b', 'a\\b', 'a\0', 'c:/x', 'ä', 'x'.repeat(201), 'd/'.repeat(20) + 'x']) {
      await expect(storage.open(path, { create: true })).rejects.toMatchObject({ name: 'StoragePathError' });
      await expect(storage.remove(path)).rejects.toMatchObject({ name: 'StoragePathError' });
    }
    expect(await storage.list()).toEqual([]);
  });
}

/** What every storage must do. `make` gives the same empty-at-first storage, `clear` empties it before each test. */
export function describeStorage(name: string, make: () => Storage, clear: () => Promise<void>): void {
  describe(`${name}, as every storage`, () => {
    beforeEach(clear);
    afterAll(clear);
    readsAndWrites(make);
    keepsATree(make);
  });
}
