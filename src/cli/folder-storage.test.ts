import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeStorage } from '../storage/storage-conformance.fixture.ts';
import { FolderStorage } from './folder-storage.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'folder-storage-'));
});
afterAll(() => rm(folder, { recursive: true }));

describeStorage(
  'FolderStorage',
  () => new FolderStorage(join(folder, 'store')),
  () => rm(join(folder, 'store'), { recursive: true, force: true }),
);

// Linux has a device that is always full: the system's own error, without filling a disk.
it.runIf(existsSync('/dev/full'))('a full disk is told as such', async () => {
  await mkdir(join(folder, 'full'));
  await symlink('/dev/full', join(folder, 'full/a'));
  await using file = await new FolderStorage(join(folder, 'full')).open('a');
  await expect(file.write(0, new Uint8Array(10))).rejects.toMatchObject({ name: 'StorageFullError' });
});

it('tells the room of its disk', async () => {
  const estimate = await new FolderStorage(join(folder, 'room')).estimate();
  expect(estimate?.usage).toBe(0);
  expect(estimate?.quota).toBeGreaterThan(0);
});

it.runIf(process.platform === 'linux')('leaves no handle open', async () => {
  const storage = new FolderStorage(join(folder, 'handles'));
  {
    await using file = await storage.open('a', { create: true });
    await file.write(0, new Uint8Array(1000));
  }
  const before = (await readdir('/proc/self/fd')).length;
  const reader = await storage.openForReading('a');
  await Promise.all(Array.from({ length: 50 }, (_, index) => reader.read(index, 1000)));
  await Promise.allSettled(Array.from({ length: 50 }, () => storage.open('missing')));
  expect((await readdir('/proc/self/fd')).length).toBeLessThan(before + 10);
});
