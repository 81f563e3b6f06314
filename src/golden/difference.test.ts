import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countDifferences, difference, ratio, relativeError, symmetricDifference } from './difference.ts';

const vector = (values: readonly number[]) => ({ values, shape: [values.length] });
const number = fc.double({ min: -1e6, max: 1e6, noNaN: true });

describe('difference', () => {
  it('measures what the README of the goldens defines', () => {
    const apart = difference(vector([3, 4.5, 0]), vector([3, 4, 0]));
    expect(apart).toEqual({ maxAbs: 0.5, maxAbsOverMax: 0.125, norm: 0.5, relative: 0.1 });
  });

  it('is 0 for equal values and positive for any other', () => {
    fc.assert(
      fc.property(fc.array(number, { minLength: 1 }), fc.nat(), fc.double({ min: 1e-3, max: 1e3, noNaN: true }), (values, place, by) => {
        expect(difference(vector(values), vector(values))).toEqual({ maxAbs: 0, maxAbsOverMax: 0, norm: 0, relative: 0 });
        const other = values.with(place % values.length, (values[place % values.length] ?? 0) + by);
        for (const measure of Object.values(difference(vector(other), vector(values)))) expect(measure).toBeGreaterThan(0);
      }),
    );
  });

  it('grows with the error: a difference scaled by two is twice as far', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: -99, max: 99 }), fc.integer({ min: -9, max: 9 })), { minLength: 1 }), (pairs) => {
        const golden = vector(pairs.map(([value]) => value));
        const off = (by: number) => difference(vector(pairs.map(([value, error]) => value + by * error)), golden);
        for (const key of ['maxAbs', 'maxAbsOverMax', 'norm', 'relative'] as const) expect(off(2)[key]).toBeCloseTo(2 * off(1)[key], 9);
      }),
    );
  });

  it('lets no NaN, infinity or other shape pass for near', () => {
    for (const value of [Number.NaN, Infinity]) {
      for (const measure of Object.values(difference(vector([1, value, 1]), vector([1, 1, 1])))) expect(measure <= 1e300).toBe(false);
    }
    const transposed = difference({ values: [1, 2], shape: [1, 2] }, { values: [1, 2], shape: [2, 1] });
    expect(Object.values(transposed)).toEqual([Infinity, Infinity, Infinity, Infinity]);
    expect(difference(vector([0, 1]), vector([0, 0])).relative).toBe(Infinity);
  });
});

describe('scalars and lists', () => {
  it('admits only 0 where the golden is 0', () => {
    expect([relativeError(0, 0), relativeError(1e-300, 0), relativeError(11, 10)]).toEqual([0, Infinity, 0.1]);
    expect(ratio(Number.NaN, 0)).toBeNaN();
  });

  it('counts differing, missing and surplus entries', () => {
    expect(countDifferences([1, 2, 3], Int32Array.of(1, 2, 3))).toBe(0);
    expect(countDifferences([1, 2], [1, 3, 4])).toBe(2);
    expect(countDifferences([], [])).toBe(0);
  });

  it('finds names that one side lacks', () => {
    expect(symmetricDifference(['a', 'b'], ['b', 'c'])).toEqual(['a', 'c']);
    expect(symmetricDifference(['a', 'b'], ['b', 'a'])).toEqual([]);
  });
});
