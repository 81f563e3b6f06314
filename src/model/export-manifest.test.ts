import { expect, test } from 'vitest';
import { readAll } from '../sources/file-source.ts';
import type { FileSource } from '../sources/file-source.ts';
import { MemorySource } from '../sources/memory-source.ts';
import { asManifested, ExportIncompleteError } from './export-manifest.ts';

const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const sized = (size: number) => ({ size, sha256: '0'.repeat(64) });
const manifest = { version: 1, generator: 'DarwinLM Web', files: [{ path: 'onnx/model.onnx', ...sized(3) }, { path: 'README.md', ...sized(9) }, { path: 'a.gguf', ...sized(5) }] };

const folder = (stated: unknown, weights = 3) =>
  new MemorySource('folder', new Map([['manifest.json', stated instanceof Uint8Array ? stated : json(stated)], ['onnx/model.onnx', new Uint8Array(weights)], ['README.md', json('own words')]]));

test('a whole export opens; a file that is not listed and the card may have any size', async () => {
  const source = await asManifested(folder(manifest));
  expect((await source.open('onnx/model.onnx')).size).toBe(3);
  expect(await readAll(await source.open('README.md'))).toEqual(json('own words'));
  expect((await source.open('manifest.json')).size).toBeGreaterThan(0);
  expect(source).toMatchObject({ name: 'folder' });
  expect(await source.list?.()).toEqual(['README.md', 'manifest.json', 'onnx/model.onnx']);
});

test('a file that is shorter or longer than stated is refused, with both sizes', async () => {
  for (const size of [2, 4]) {
    const opened = (await asManifested(folder(manifest, size))).open('onnx/model.onnx');
    await expect(opened).rejects.toThrow(ExportIncompleteError);
    await expect(opened).rejects.toThrow(`This export is not whole: "onnx/model.onnx" in folder has ${size} bytes, and manifest.json states 3.`);
  }
});

test.each([
  ['of another program', { ...manifest, generator: 'x' }],
  ['of a web page', { name: 'app', icons: [] }],
  ['with sizes that are none', { ...manifest, files: [{ path: 'onnx/model.onnx', size: -1 }] }],
  ['that is no object', []],
  ['that is no JSON', new TextEncoder().encode('{"generator":')],
  ['that is nested', new TextEncoder().encode(`{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}`)],
  ['that is absurdly long', new Uint8Array((1 << 20) + 1)],
])('a manifest %s says nothing', async (_, stated) => {
  const source = folder(stated, 7);
  expect(await asManifested(source)).toBe(source);
});

test('a source that cannot list its files is asked for no manifest', async () => {
  const source: FileSource = { name: 'unlisted', open: () => Promise.reject(new Error('asked')) };
  expect(await asManifested(source)).toBe(source);
});
