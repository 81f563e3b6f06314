import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemoryStorage } from '../storage/memory-storage.ts';
import { StorageFullError } from '../storage/storage-errors.ts';
import { removeLeftovers, scratchFolder, SpillStore } from './spill-store.ts';
import type { Piece } from './spill-store.ts';

const bytesOf = (length: number, seed: number): Uint8Array<ArrayBuffer> => Uint8Array.from({ length }, (_, at) => (at * 31 + seed) % 251);

describe('SpillStore', () => {
  it('gives back what was put, wherever it lies and however reads and writes meet; sizes add up', async () => {
    const part = fc.integer({ min: 0, max: 40 });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(part, { maxLength: 4 }), { maxLength: 8 }), fc.integer({ min: 0, max: 200 }), async (puts, memoryBytes) => {
        const storage = new MemoryStorage();
        {
          await using store = new SpillStore({ name: 'test', storage, memoryBytes });
          const put = async (sizes: readonly number[], seed: number): Promise<void> => {
            const pieces = await store.put(sizes.map((size, index) => bytesOf(size, seed + index)));
            const read = await Promise.all(pieces.map((piece) => store.read(piece)));
            expect(read).toEqual(sizes.map((size, index) => bytesOf(size, seed + index)));
          };
          await Promise.all(puts.map((sizes, index) => put(sizes, 10 * index)));
          const total = puts.flat().reduce((sum, size) => sum + size, 0);
          expect(store.memoryBytes).toBeLessThanOrEqual(memoryBytes);
          expect(store.memoryBytes + store.fileBytes).toBe(total);
          expect((await storage.list()).reduce((sum, { size }) => sum + size, 0)).toBe(store.fileBytes);
        }
        expect(await storage.list()).toEqual([]);
      }),
    );
  });

  it('asks nothing of the storage while the memory suffices', async () => {
    const storage = new MemoryStorage();
    await using store = new SpillStore({ name: 'test', storage, memoryBytes: 10 });
    const [piece] = (await store.put([bytesOf(10, 1)])) as [Piece];
    expect(await storage.list()).toEqual([]);
    store.drop(piece);
    await store.put([bytesOf(8, 2)]);
    expect(await storage.list()).toEqual([]);
    await store.put([bytesOf(8, 3)]);
    expect(await storage.list(scratchFolder)).toMatchObject([{ size: 8 }]);
    await expect(store.read(piece)).rejects.toThrow(RangeError);
  });

  it('overwrites and takes pieces', async () => {
    await using store = new SpillStore({ name: 'test', storage: new MemoryStorage(), memoryBytes: 4 });
    const [small, large] = (await store.put([bytesOf(4, 1)]).then(async (first) => [...first, ...(await store.put([bytesOf(9, 2)]))])) as [Piece, Piece];
    for (const piece of [small, large]) {
      await store.replace(piece, bytesOf(piece.bytes, 7));
      await expect(store.replace(piece, bytesOf(piece.bytes + 1, 7))).rejects.toThrow(RangeError);
      expect(await store.take(piece)).toEqual(bytesOf(piece.bytes, 7));
      await expect(store.take(piece)).rejects.toThrow(RangeError);
    }
    expect([store.memoryBytes, store.fileBytes]).toEqual([0, 9]);
  });

  it('keeps all parts or none where the storage is full, and what was there before', async () => {
    await using store = new SpillStore({ name: 'test', storage: new MemoryStorage({ quota: 30 }), memoryBytes: 0 });
    const [before] = (await store.put([bytesOf(10, 1)])) as [Piece];
    await expect(store.put([bytesOf(15, 2), bytesOf(15, 3)])).rejects.toThrow(StorageFullError);
    expect(store.fileBytes).toBe(10);
    const [after] = (await store.put([bytesOf(20, 4)])) as [Piece]; // the room of the failed one is free again
    expect([await store.read(before), await store.read(after)]).toEqual([bytesOf(10, 1), bytesOf(20, 4)]);
  });

  it('refuses to work once it was disposed', async () => {
    const store = SpillStore.inMemory('test');
    await store[Symbol.asyncDispose]();
    await expect(store.put([bytesOf(1, 1)])).rejects.toThrow(RangeError);
  });
});

describe('removeLeftovers', () => {
  it('removes what dead runs left, and neither what is in use nor other files', async () => {
    const storage = new MemoryStorage();
    for (const path of [`${scratchFolder}/levels-dead`, 'models/kept']) {
      await using file = await storage.open(path, { create: true });
      await file.write(0, bytesOf(5, 1));
    }
    await using living = new SpillStore({ name: 'levels', storage, memoryBytes: 0 });
    const [piece] = (await living.put([bytesOf(7, 2)])) as [Piece];
    await removeLeftovers(storage);
    expect((await storage.list()).map(({ size }) => size)).toEqual([5, 7]);
    expect((await storage.list('models')).length).toBe(1);
    expect(await living.read(piece)).toEqual(bytesOf(7, 2));
  });
});
