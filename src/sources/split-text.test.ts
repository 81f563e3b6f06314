import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { splitText, TextTooShortError } from './split-text.ts';
import { parseText } from './text.ts';
import type { Text } from './text.ts';
import { sequenceRange, sequences } from './token-sequences.ts';
import type { TokenSequences } from './token-sequences.ts';
import { createTokenizer } from './tokenizer.ts';
import { tokenizeText } from './tokenize-text.ts';

const file = (path: string) => Uint8Array.from(readFileSync(new URL(`../../public/${path}`, import.meta.url)));
const decode = (path: string) => new TextDecoder().decode(file(path));
const tokenizer = createTokenizer(decode('models/tales-6m/tokenizer.json'), decode('models/tales-6m/tokenizer_config.json'), 4096);
let tales: Text;
beforeAll(async () => {
  tales = await parseText('tales', file('texts/tales.txt.gz'));
});

/** A text whose every word is another number, so that every place in it is known by its tokens. */
const numbered = (count: number, start = 0): string =>
  Array.from({ length: count }, (_, index) => String((start + index) * 7919 + 100_000_000) + (index % 12 === 11 ? '\n' : '')).join(' ').replaceAll('\n ', '\n');
const textOf = (...documents: string[]): Text => ({ name: 'numbers', documents, characters: documents.join('').length, bytes: 0, bytesRead: 0, packed: false });

const rows = ({ ids, sequences: count, length }: TokenSequences): string[] =>
  Array.from({ length: count }, (_, index) => tokenizer.decode(ids.subarray(index * length, (index + 1) * length)));

/** Place of every sequence in the documents, as [start, end) of the text joined by `<|endoftext|>`; throws if not found. */
function places(text: Text, sets: readonly TokenSequences[]): (readonly [number, number])[] {
  const stream = text.documents.map((document) => `<|endoftext|>${document}`).join('');
  return sets.flatMap(rows).map((row) => {
    const start = stream.indexOf(row);
    if (start < 0) throw new Error(`not in the text: ${row}`);
    return [start, start + row.length] as const;
  });
}

test('sequences cuts a stream and leaves out the rest', () => {
  const cut = sequences(Int32Array.of(1, 2, 3, 4, 5, 6, 7), 3);
  expect(cut).toEqual({ ids: Int32Array.of(1, 2, 3, 4, 5, 6), sequences: 2, length: 3 });
  expect(sequenceRange(cut, 1, 2)).toEqual({ ids: Int32Array.of(4, 5, 6), sequences: 1, length: 3 });
  expect(() => sequenceRange(cut, 1, 3)).toThrow(RangeError);
  expect(() => sequences(cut.ids, 0)).toThrow(RangeError);
});

test('tokenizeText opens every document', async () => {
  const seen: number[] = [];
  const tokens = await tokenizeText(textOf('Once upon', 'a time'), tokenizer, { onProgress: (done) => seen.push(done) });
  expect([...tokens]).toEqual([0, ...tokenizer.encode('Once upon'), 0, ...tokenizer.encode('a time')]);
  expect(seen).toEqual([9, 15]);
});

describe('splitText', () => {
  test('a set for each need, rounded up to whole sequences', async () => {
    const { calibration, fitness, none } = await splitText(tales, tokenizer, { calibration: 1024, fitness: 1000, none: 0 }, 128);
    expect(calibration).toMatchObject({ sequences: 8, length: 128 });
    expect(calibration.ids).toHaveLength(1024);
    expect(fitness).toMatchObject({ sequences: 8, length: 128 });
    expect(none).toMatchObject({ sequences: 0, length: 128, ids: new Int32Array() });
  });

  test.each([
    ['a text with plenty', 12_000, 300],
    ['a text with just enough', 1000, 250],
  ])('sets are disjoint, whole stretches of the text: %s', async (_, words, need) => {
    const text = textOf(numbered(words), numbered(words, words), numbered(words / 2, 2 * words));
    const sets = await splitText(text, tokenizer, { a: need, b: 2 * need, c: need }, 32);
    const sorted = places(text, Object.values(sets)).sort((x, y) => x[0] - y[0]);
    expect(sorted.length).toBe(Math.ceil(need / 32) * 2 + Math.ceil((2 * need) / 32));
    sorted.forEach(([start], index) => expect(start).toBeGreaterThanOrEqual(sorted[index - 1]?.[1] ?? 0));
  });

  test('every set comes from all over the text', async () => {
    const text = textOf(numbered(40_000));
    const sets = await splitText(text, tokenizer, { a: 1280, b: 5120, c: 1280 }, 32);
    for (const set of Object.values(sets)) {
      const quarters = [0, 0, 0, 0];
      for (const [start] of places(text, [set])) {
        const quarter = Math.floor((4 * start) / text.characters);
        quarters[quarter] = (quarters[quarter] ?? 0) + 1;
      }
      // Two sequences come from one place; the even order is out by two places at most.
      for (const share of quarters) expect(Math.abs(share - set.sequences / 4)).toBeLessThanOrEqual(5);
    }
  });

  test('repeats itself exactly, and tokenizes no more than it needs', async () => {
    let encoded = 0;
    const counting = {
      ...tokenizer,
      documentStart: tokenizer.documentStart,
      encodeInParts: (part: string) => {
        encoded += part.length;
        return tokenizer.encodeInParts(part);
      },
    };
    const needs = { calibration: 4096, training: 8192 };
    const first = await splitText(tales, counting, needs, 256);
    expect(encoded).toBeLessThan(12 * 12_288);
    expect(await splitText(tales, tokenizer, needs, 256)).toEqual(first);
  });

  test.each([
    ['plenty', 900, 200],
    ['just enough', 40, 200],
  ])('short records are packed, each behind the mark of a document: %s', async (_, records, need) => {
    const packed = { ...textOf(...Array.from({ length: records }, (_text, index) => numbered(3, 3 * index))), packed: true };
    const sets = await splitText(packed, tokenizer, { a: need, b: need }, 32);
    const sorted = places(packed, Object.values(sets)).sort((x, y) => x[0] - y[0]);
    expect(sorted).toHaveLength(2 * Math.ceil(need / 32));
    sorted.forEach(([start], index) => expect(start).toBeGreaterThanOrEqual(sorted[index - 1]?.[1] ?? 0));
    await expect(splitText({ ...packed, packed: false }, tokenizer, { a: need, b: need }, 64)).rejects.toBeInstanceOf(TextTooShortError);
  });

  test('a text that is too short is refused with the numbers', async () => {
    const text = textOf(numbered(200));
    const tokens = (await tokenizeText(text, tokenizer)).length;
    const has = Math.floor(tokens / 32) * 32;
    await expect(splitText(text, tokenizer, { all: has }, 32)).resolves.toBeDefined();
    const thrown: unknown = await splitText(text, tokenizer, { most: has - 32, more: 33 }, 32).catch((reason: unknown) => reason);
    expect(thrown).toBeInstanceOf(TextTooShortError);
    expect(String(thrown)).toContain(`has ${has} tokens in sequences of 32, and the run needs ${has + 32}`);
  });

  test('whatever is asked: the sets asked for, or a refusal that is right', async () => {
    const text = textOf(numbered(300), numbered(100, 300));
    const all = await Promise.all(text.documents.map(async (document) => (await tokenizeText(textOf(document), tokenizer)).length));
    const outcome = (a: number, b: number, length: number): Promise<string> =>
      splitText(text, tokenizer, { a, b }, length).then(
        (sets) => `${sets.a.sequences} and ${sets.b.sequences}`,
        (reason: unknown) => (reason instanceof TextTooShortError ? 'too short' : String(reason)),
      );
    await fc.assert(fc.asyncProperty(fc.nat(1500), fc.nat(1500), fc.integer({ min: 2, max: 200 }), async (a, b, length) => {
      const has = all.reduce((sum, tokens) => sum + Math.floor(tokens / length), 0);
      const [first, second] = [Math.ceil(a / length), Math.ceil(b / length)];
      expect(await outcome(a, b, length)).toBe(first + second > has ? 'too short' : `${first} and ${second}`);
    }), { numRuns: 40 });
  });

  test('can be watched and broken off', async () => {
    const seen: number[] = [];
    await splitText(tales, tokenizer, { a: 4096 }, 256, { onProgress: (done, total) => seen.push(done / total) });
    expect(seen.at(-1)).toBe(1);
    expect(seen).toEqual([...seen].sort((x, y) => x - y));
    const controller = new AbortController();
    const broken = splitText(tales, tokenizer, { a: 400_000 }, 256, {
      signal: controller.signal,
      onProgress: () => controller.abort(new Error('enough')),
    });
    await expect(broken).rejects.toThrow('enough');
  });
});
