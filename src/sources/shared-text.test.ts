import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sameText, SHARED_TOKENS, withoutShared } from './shared-text.ts';
import type { TokenSequences } from './token-sequences.ts';

const set = (length: number, ...rows: readonly number[][]): TokenSequences => ({ ids: Int32Array.from(rows.flat()), sequences: rows.length, length });
const rowsOf = ({ ids, sequences, length }: TokenSequences): number[][] =>
  Array.from({ length: sequences }, (_, index) => [...ids.subarray(index * length, (index + 1) * length)]);
const count = (length: number, from: number): number[] => Array.from({ length }, (_, index) => from + index);

/** The same by looking at everything. */
const shares = (a: readonly number[], b: readonly number[], window: number): boolean =>
  count(a.length - window + 1, 0).some((i) => count(b.length - window + 1, 0).some((j) => a.slice(i, i + window).every((id, k) => id === b[j + k])));

test('texts are the same by their content, not their names', () => {
  const text = (name: string, ...documents: string[]) => ({ name, documents, characters: documents.join('').length, bytes: 9, bytesRead: 9, packed: false });
  expect(sameText(text('a', 'one', 'two'), text('b', 'one', 'two'))).toBe(true);
  expect(sameText(text('a', 'one', 'two'), text('a', 'onetwo'))).toBe(false);
  expect(sameText(text('a', 'one'), text('a', 'two'))).toBe(false);
});

test('sequences of the same file behind another header are left out, others stay', () => {
  const text = count(400, 1000);
  const training = set(40, ...count(5, 0).map((row) => text.slice(row * 40, row * 40 + 40)));
  const shifted = [7, 8, 9, ...text];
  const heldOut = set(40, ...count(10, 0).map((row) => shifted.slice(row * 40, row * 40 + 40)));
  expect(rowsOf(withoutShared(heldOut, [training]))).toEqual(rowsOf(heldOut).slice(5));
  expect(withoutShared(heldOut, [])).toEqual(heldOut);
  expect(withoutShared(heldOut, [heldOut])).toMatchObject({ sequences: 0, length: 40, ids: new Int32Array() });
});

test('exactly the sequences with a passage in common are left out', () => {
  const row = fc.array(fc.integer({ min: 0, max: 1 }), { minLength: SHARED_TOKENS + 6, maxLength: SHARED_TOKENS + 6 });
  /** Few ids, and parts of the training rows in the held-out ones, so that passages of all lengths are shared. */
  const mixed = fc.tuple(fc.array(row, { minLength: 1, maxLength: 4 }), fc.array(fc.tuple(row, fc.nat(3), fc.nat(SHARED_TOKENS + 6), fc.nat(12)), { maxLength: 4 }));
  fc.assert(fc.property(mixed, ([training, parts]) => {
    const heldOut = parts.map(([own, which, cut, shift]) => {
      const other = training[which % training.length] ?? [];
      return [...own.slice(cut), ...other.slice(shift), ...own].slice(0, SHARED_TOKENS + 6);
    });
    const kept = heldOut.filter((own) => !training.some((other) => shares(own, other, SHARED_TOKENS)));
    expect(rowsOf(withoutShared(set(SHARED_TOKENS + 6, ...heldOut), [set(SHARED_TOKENS + 6, ...training)]))).toEqual(kept);
  }), { numRuns: 200 });
});

test('sequences shorter than a passage count as a whole', () => {
  expect(rowsOf(withoutShared(set(4, [1, 2, 3, 4], [2, 3, 4, 5]), [set(6, [9, 1, 2, 3, 4, 9])]))).toEqual([[2, 3, 4, 5]]);
});
