import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SourceFile } from './file-source.ts';
import { inspectText } from './inspect-text.ts';
import { memoryFile } from './memory-source.ts';
import { loadTextFile, parseText } from './text.ts';
import { TextFieldError, TextMalformedError } from './text-errors.ts';
import { readText } from './text-slices.ts';

const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
const MB = 1 << 20;

/** Lines with characters of one to four bytes, all different, some `size` bytes of them. */
function manyLines(size: number): string {
  const lines: string[] = [];
  for (let length = 0, index = 0; length < size; index++) {
    const line = `Line ${index}: ${'é'.repeat(index % 7)}${'好'.repeat(index % 11)}${'🦊'.repeat(index % 3)} ${'and more words of it '.repeat(index % 40)}`;
    lines.push(line);
    length += bytes(line).length + 1;
  }
  return `${lines.join('\n')}\n`;
}

/** Counts what is read of a file. */
function counted(content: Uint8Array): { file: SourceFile; slices: (readonly [number, number])[] } {
  const slices: (readonly [number, number])[] = [];
  const file = memoryFile(content);
  return { slices, file: { size: file.size, slice: (start, end) => (slices.push([start, end]), file.slice(start, end)) } };
}

const large = manyLines(12 * MB);

test('of a large file slices of whole lines are read, spread evenly over it', async () => {
  const { file, slices } = counted(bytes(large));
  const lines = new Set(large.split('\n'));
  const { stretches, bytesRead } = await readText('large', file, { wholeBytes: 4 * MB, mostCharacters: 2.5 * MB });
  const characters = stretches.join('').length;
  expect(characters).toBeGreaterThan(2.4 * MB);
  expect(bytesRead).toBeLessThan(6 * MB);
  expect(Math.max(...slices.map(([start, end]) => end - start))).toBe(MB);
  for (const stretch of stretches) for (const line of stretch.split('\n')) expect(lines.has(line)).toBe(true);
  const starts = slices.filter(([start, end]) => end - start > 2).map(([start]) => start);
  for (const third of [0, 1, 2]) expect(starts.some((start) => Math.floor((3 * start) / file.size) === third)).toBe(true);
  // Parts of the file in its order, none twice.
  let place = 0;
  for (const stretch of stretches) {
    const found = large.indexOf(stretch, place);
    expect(found).toBeGreaterThanOrEqual(place);
    place = found + stretch.length;
  }
});

test('with enough asked for, every line that no slice cuts is read, and bytes are counted', async () => {
  const text = await loadTextFile('large', memoryFile(bytes(large)), { wholeBytes: MB, mostCharacters: Infinity });
  expect(text.bytesRead).toBe(text.bytes);
  expect(text.documents.join('\n').split('\n').length).toBeGreaterThan(large.split('\n').length - 30);
});

test('a file without line ends is cut between characters', async () => {
  const text = await loadTextFile('one line', memoryFile(bytes('好🦊é'.repeat(400_000))), { wholeBytes: MB, mostCharacters: MB });
  for (const document of text.documents) expect(document).toMatch(/^[好🦊é]+$/u);
});

test('of a large gzipped file the beginning is read, as whole lines', async () => {
  const packed = Uint8Array.from(gzipSync(large));
  const text = await loadTextFile('large.gz', memoryFile(packed), { wholeBytes: 2 * MB });
  const all = text.documents.join('\n');
  expect(large.startsWith(all)).toBe(true);
  expect(large[all.length]).toBe('\n');
  expect(all.length).toBeGreaterThan(MB);
  expect(text.bytes).toBe(packed.length);
  expect(text.bytesRead).toBeLessThanOrEqual(packed.length);
});

test('what is small is read whole: every text comes back', async () => {
  await fc.assert(fc.asyncProperty(fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => text.trim() !== '' && !text.includes('\0')), fc.boolean(), async (text, zip) => {
    const line = `x${text.replaceAll(/[\r\n{]/g, ' ')}x`;
    const content = zip ? Uint8Array.from(gzipSync(line)) : bytes(line);
    expect((await parseText('small', content)).documents).toEqual([line]);
  }));
});

test('an abort is heard', async () => {
  const controller = new AbortController();
  const reading = loadTextFile('large', memoryFile(bytes(large)), { wholeBytes: MB, signal: controller.signal, onProgress: () => controller.abort(new Error('enough')) });
  await expect(reading).rejects.toThrow('enough');
});

test('JSON Lines: the texts of one field, malformed lines passed over', async () => {
  const records = '{"text": "One\\r\\ntwo", "id": "a"}\n\nnonsense\n{"text": 5}\n{"text": " "}\n[1]\n{"id": "b", "text": "{\\"x\\": 1}"}\n{"__proto__": {"text": "no"}, "id": "c"}\n';
  expect(await parseText('a.jsonl', bytes(records))).toMatchObject({ documents: ['One\ntwo', '{"x": 1}'], packed: true, characters: 15 });
  expect((await parseText('a.jsonl', bytes(records), { field: 'id' })).documents).toEqual(['a', 'b', 'c']);
  // Known by the look of it, too.
  expect((await parseText('download', bytes('{"text": "a"}\n{"text": "b"}\n'))).documents).toEqual(['a', 'b']);
  expect((await parseText('a.txt', bytes('{ braces } in prose\n'))).packed).toBe(false);
});

test.each([
  ['a field that is not there', '{"a": "x"}\n{"b": "yy", "c": 1}\n', 'text', TextFieldError, /fields that hold text: "b", "a"/],
  ['a field that every object inherits', '{"a": "x"}\n', 'constructor', TextFieldError, /no text in a field "constructor"/],
  ['a field without text', '{"a": 1}\n', 'a', TextFieldError, /records hold text/],
  ['mostly malformed lines', '{"text": "a"}\nx\ny\n', 'text', TextMalformedError, /2 of 3 lines/],
  ['deep nesting', `{"text": ${'['.repeat(5000)}${']'.repeat(5000)}}\n`, 'text', TextMalformedError, /1 of 1 lines/],
  ['nothing', '\n \n', 'text', TextMalformedError, /empty/],
] as const)('JSON Lines with %s are refused', async (_, records, field, error, words) => {
  const reading = parseText('a.jsonl', bytes(records), { field });
  await expect(reading).rejects.toBeInstanceOf(error);
  await expect(reading).rejects.toThrow(words);
});

test('inspectText tells format, fields and a sample from the beginning', async () => {
  const { file, slices } = counted(bytes(large));
  expect(await inspectText(file, 'large.txt')).toMatchObject({ format: 'text', fields: [], bytes: file.size, sample: large.slice(0, 400) });
  expect(slices).toEqual([[0, 256 << 10]]);
  const records = Array.from({ length: 20_000 }, (_, index) => JSON.stringify({ id: `${index}`, title: `Title of ${index}`, content: `The ${index}th record says a lot of things.`, n: index })).join('\n');
  const inspection = await inspectText(memoryFile(bytes(records)), 'data');
  expect(inspection).toMatchObject({ format: 'jsonl', fields: ['content', 'title', 'id'] });
  expect(inspection.sample).toHaveLength(400);
  expect(inspection.sample.startsWith('The 0th record says a lot of things.\nThe 1th')).toBe(true);
  const packed = Uint8Array.from(gzipSync(records + large));
  expect(await inspectText(memoryFile(packed), 'data.gz')).toEqual({ ...inspection, name: 'data.gz', bytes: packed.length });
  expect((await inspectText(memoryFile(bytes('{"text": "t", "a_long_one": "lots of words"}\n')), 'x')).fields).toEqual(['text', 'a_long_one']);
  await expect(inspectText(memoryFile(bytes(' \n')), 'x')).rejects.toThrow(/empty/);
  await expect(inspectText(memoryFile(Uint8Array.of(1, 0, 2)), 'x')).rejects.toThrow(/binary/);
});
