import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { openAsBlob } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FileMissingError, FileUnreadableError, PathRefusedError, readAll } from './file-source.ts';
import { FilesSource, FileTwiceError } from './files-source.ts';

const picked = (...paths: string[]) => paths.map((path) => ({ path, file: new Blob([path]) }));
const text = async (source: FilesSource, path: string) => new TextDecoder().decode(await readAll(await source.open(path)));

test.each([
  ['a folder', ['SmolLM/config.json', 'SmolLM/onnx/model.onnx'], ['config.json', 'onnx/model.onnx']],
  ['a folder, dropped', ['/SmolLM/config.json', '/SmolLM/model.safetensors'], ['config.json', 'model.safetensors']],
  ['single files', ['config.json', 'model.safetensors'], ['config.json', 'model.safetensors']],
  ['one file', ['model.onnx'], ['model.onnx']],
  ['two folders', ['a/config.json', 'b/config.json'], ['a/config.json', 'b/config.json']],
  ['a file beside a folder', ['a/config.json', 'model.onnx'], ['a/config.json', 'model.onnx']],
  ['folders with one beginning', ['model/a', 'model-2/a'], ['model-2/a', 'model/a']],
  ['nothing', [], []],
])('%s', async (_, paths, listed) => {
  const source = new FilesSource('picked', picked(...paths));
  expect(await source.list()).toEqual(listed);
  for (const path of listed) expect((await text(source, path)).endsWith(path)).toBe(true);
});

test('reads ranges, says how much there is, and keeps to what was picked', async () => {
  const source = new FilesSource('picked', picked('m/config.json', 'm/a#b'));
  const steps: unknown[] = [];
  const file = await source.open('config.json', { onProgress: (...step) => steps.push(step) });
  expect(steps).toEqual([[13, 13]]);
  expect(file.size).toBe(13);
  expect(new TextDecoder().decode(await file.slice(2, 8))).toBe('config');
  await expect(file.slice(0, 14)).rejects.toBeInstanceOf(RangeError);
  await expect(source.open('m/config.json')).rejects.toBeInstanceOf(FileMissingError);
  await expect(source.open('../config.json')).rejects.toBeInstanceOf(PathRefusedError);
  await expect(source.open('config.json', { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
  expect(await source.list()).toEqual(['config.json']);
});

test('two files of one path are refused', () => {
  expect(() => new FilesSource('picked', picked('a/b', '/a/b'))).toThrow(FileTwiceError);
});

test('a file that was changed after it was picked is an error, not other bytes', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'files-source-'));
  try {
    const path = join(folder, 'weights');
    await writeFile(path, 'a hundred bytes'.repeat(10));
    const source = new FilesSource('picked', [{ path: 'weights', file: await openAsBlob(path) }]);
    const file = await source.open('weights');
    expect(await file.slice(2, 9)).toEqual(new TextEncoder().encode('hundred'));
    const handle = await open(path, 'w');
    await handle.close();
    await expect(file.slice(0, 10)).rejects.toBeInstanceOf(FileUnreadableError);
  } finally {
    await rm(folder, { recursive: true });
  }
});
