import { gunzipSync, gzipSync } from 'node:zlib';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { bundledModels, bundledTexts, BundleIndexError, loadBundledText, NotBundledError } from './bundled.ts';
import { MemorySource } from './memory-source.ts';
import { loadText, parseText, splitDocuments } from './text.ts';
import { TextMalformedError } from './text-errors.ts';

const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
const file = (path: string) => Uint8Array.from(readFileSync(new URL(`../../public/${path}`, import.meta.url)));
const book = (title: string) => `${title}\n${'A line of the book.\n'.repeat(500)}The end.`;

test('plain and gzipped files give the same text, whatever they are called', async () => {
  const text = `${book('One')}\n\n${book('Two')}\n`;
  const packed = Uint8Array.from(gzipSync(text));
  const source = new MemorySource('memory', new Map([['a.txt.gz', bytes(text)], ['b.txt', packed]]));
  const plain = await loadText(source, 'a.txt.gz');
  expect(plain.documents).toEqual([book('One'), book('Two')]);
  expect(plain.characters).toBe(book('One').length * 2);
  expect(await loadText(source, 'b.txt')).toEqual({ ...plain, name: 'b.txt', bytes: packed.length, bytesRead: packed.length });
});

test('Windows line ends and a byte order mark go', async () => {
  const { documents } = await parseText('a', bytes('\uFEFFone\r\ntwo\r\n'));
  expect(documents).toEqual(['one\ntwo']);
});

test('blank lines part books, or else paragraphs', () => {
  expect(splitDocuments(`\n\n${book('One')}\n\n\n  \n${book('Two')}\n`)).toEqual([book('One'), book('Two')]);
  expect(splitDocuments('A short paragraph.\n\nAnother one.\n')).toEqual(['A short paragraph.\n\nAnother one.']);
  expect(splitDocuments('one line')).toEqual(['one line']);
});

test.each([
  ['nothing', new Uint8Array(), /empty/],
  ['only white space', bytes(' \n\n \n'), /empty/],
  ['Latin-1', Uint8Array.of(0x63, 0x61, 0x66, 0xe9, 0x0a), /UTF-8/],
  ['binary data', bytes('abc\0def'), /binary/],
  ['a gzip file cut off', Uint8Array.from(gzipSync(book('One'))).slice(0, 40), /gzip/],
  ['a gzip file with garbage inside', Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 255, 255, 255, 255), /gzip/],
  ['a gzip bomb', Uint8Array.from(gzipSync(new Uint8Array((1 << 28) + 1), { level: 1 })), /binary/],
])('a text of %s is refused', async (_, content, words) => {
  const thrown: unknown = await parseText('my.txt', content).catch((reason: unknown) => reason);
  expect(thrown).toBeInstanceOf(TextMalformedError);
  expect(String(thrown)).toMatch(words);
});

test('the bundled texts are what their index says', async () => {
  const names = ['index.json', 'tales.txt.gz', 'tales-heldout.txt.gz'];
  const source = new MemorySource('texts', new Map(names.map((name) => [name, file(`texts/${name}`)])));
  for (const entry of await bundledTexts(source)) {
    const text = await loadBundledText(source, entry.id);
    expect(text.documents).toHaveLength(entry.documents);
    expect(gunzipSync(file(`texts/${entry.file}`)).toString()).toHaveLength(entry.characters);
    expect(file(`texts/${entry.file}`)).toHaveLength(entry.bytes);
  }
  const [training, heldOut] = [await loadBundledText(source, 'tales'), await loadBundledText(source, 'tales-heldout')];
  const lines = new Set(training.documents.flatMap((document) => document.split('\n')));
  const shared = heldOut.documents.flatMap((document) => document.split('\n')).filter((line) => line.length > 60 && lines.has(line));
  expect(shared).toEqual([]);
  await expect(loadBundledText(source, 'none')).rejects.toThrow(/tales, tales-heldout/);
  await expect(loadBundledText(source, 'none')).rejects.toBeInstanceOf(NotBundledError);
});

test('the bundled models are what their index says', async () => {
  const source = new MemorySource('models', new Map([['index.json', file('models/index.json')]]));
  for (const { id, files } of await bundledModels(source)) {
    for (const { path, bytes: size } of files) expect(file(`models/${id}/${path}`)).toHaveLength(size);
  }
});

test.each(['{', '[]', '{"version": 2, "texts": []}', '{"version": 1, "texts": [{"id": 1}]}'])('the index %s is refused', async (index) => {
  const source = new MemorySource('texts', new Map([['index.json', bytes(index)]]));
  await expect(bundledTexts(source)).rejects.toBeInstanceOf(BundleIndexError);
});
