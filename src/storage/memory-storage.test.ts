import { expect, it } from 'vitest';
import { MemoryStorage } from './memory-storage.ts';
import { describeStorage } from './storage-conformance.fixture.ts';

let storage = new MemoryStorage();
describeStorage(
  'MemoryStorage',
  () => storage,
  async () => {
    storage = new MemoryStorage();
  },
);

it('is full at its quota, keeps what was there, and has room again after removing', async () => {
  const small = new MemoryStorage({ quota: 100 });
  await using file = await small.open('a', { create: true });
  await file.write(0, new Uint8Array(60).fill(1));
  await expect(file.write(60, new Uint8Array(41))).rejects.toMatchObject({ name: 'StorageFullError' });
  expect(file.size).toBe(60);
  expect(await file.read(59, 60)).toEqual(Uint8Array.of(1));
  await file.write(0, new Uint8Array(60).fill(2));
  expect(await small.estimate()).toEqual({ usage: 60, quota: 100 });
  // A write that began within the file has changed what was there, as on a disk.
  await expect(file.write(59, new Uint8Array(60).fill(3))).rejects.toMatchObject({ name: 'StorageFullError' });
  expect(file.size).toBe(60);
  expect(await file.read(58, 60)).toEqual(Uint8Array.of(2, 3));
  await file.truncate(0);
  await file.write(0, new Uint8Array(100));
});
