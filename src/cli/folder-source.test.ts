import { mkdir, mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FileMissingError, FileUnreadableError, PathRefusedError, readAll } from '../sources/file-source.ts';
import { FolderSource } from './folder-source.ts';

const content = Uint8Array.from({ length: 100_000 }, (_, index) => index % 251);
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'folder-source-'));
  await mkdir(join(folder, 'a'));
  await writeFile(join(folder, 'a/data.bin'), content);
});
afterAll(() => rm(folder, { recursive: true }));

test('reads ranges and the whole', async () => {
  const file = await new FolderSource(folder).open('a/data.bin');
  expect(file.size).toBe(content.length);
  expect(await file.slice(99_990, 100_000)).toEqual(content.subarray(99_990));
  expect(await file.slice(5, 5)).toEqual(new Uint8Array());
  expect(await readAll(file)).toEqual(content);
  await expect(file.slice(0, 100_001)).rejects.toThrow(RangeError);
});

test('lists its files', async () => {
  expect(await new FolderSource(folder).list()).toEqual(['a/data.bin']);
});

test('refuses what is missing, is a folder, or lies outside', async () => {
  const source = new FolderSource(folder);
  await expect(source.open('a/none.bin')).rejects.toBeInstanceOf(FileMissingError);
  await expect(source.open('a')).rejects.toBeInstanceOf(FileMissingError);
  await expect(source.open('../x')).rejects.toBeInstanceOf(PathRefusedError);
  await expect(source.open('a/data.bin', { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
});

test('a file that shrinks or goes after it was opened is an error, not a short read', async () => {
  const path = join(folder, 'shrinking.bin');
  await writeFile(path, content);
  const file = await new FolderSource(folder).open('shrinking.bin');
  await truncate(path, 10);
  await expect(file.slice(0, 20)).rejects.toBeInstanceOf(FileUnreadableError);
  await rm(path);
  await expect(file.slice(0, 5)).rejects.toBeInstanceOf(FileUnreadableError);
});

test.runIf(process.platform === 'linux')('no handle stays open, after success or failure', async () => {
  const path = join(folder, 'handles.bin');
  await writeFile(path, content);
  const before = (await readdir('/proc/self/fd')).length;
  const file = await new FolderSource(folder).open('handles.bin');
  await Promise.all(Array.from({ length: 20 }, (_, index) => file.slice(index, 1000)));
  await truncate(path, 10);
  await Promise.allSettled(Array.from({ length: 20 }, (_, index) => file.slice(index, 1000)));
  await rm(path);
  expect((await readdir('/proc/self/fd')).length).toBeLessThan(before + 10);
});
