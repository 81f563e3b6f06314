import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { neverIncreasing } from './isotonic.ts';

const values = fc.array(fc.integer({ min: 0, max: 1000 }), { maxLength: 7 });
const squares = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, value, index) => sum + (value - (b[index] ?? 0)) ** 2, 0);

it('leaves alone what never increases', () => {
  fc.assert(
    fc.property(values, (unsorted) => {
      const sorted = unsorted.toSorted((a, b) => b - a);
      expect(neverIncreasing(sorted)).toEqual(sorted);
    }),
  );
});

it('gives neighbours in the wrong order their mean', () => {
  expect(neverIncreasing([9, 5, 7, 1])).toEqual([9, 6, 6, 1]);
  expect(neverIncreasing([1, 2, 3])).toEqual([2, 2, 2]);
  expect(neverIncreasing([])).toEqual([]);
});

it('never increases, keeps the sum, and no sequence that never increases is nearer', () => {
  fc.assert(
    fc.property(values, values, (given, other) => {
      const fitted = neverIncreasing(given);
      const sum = (of: readonly number[]): number => of.reduce((total, value) => total + value, 0);
      expect(fitted).toHaveLength(given.length);
      for (const [index, value] of fitted.entries()) expect(value).toBeLessThanOrEqual((fitted[index - 1] ?? Infinity) + 1e-9);
      expect(sum(fitted)).toBeCloseTo(sum(given), 6);
      const rival = given.map((_, index) => other[index] ?? 0).toSorted((a, b) => b - a);
      expect(squares(given, fitted)).toBeLessThanOrEqual(squares(given, rival) + 1e-6);
    }),
  );
});
