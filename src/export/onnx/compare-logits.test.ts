import { describe, expect, it } from 'vitest';
import { addDifferences, compareLogits, noDifference, relativeError } from './compare-logits.ts';

describe('compareLogits', () => {
  it('finds the largest difference and the positions with the same top token', () => {
    const left = Float32Array.of(1, 2, 3, 5, 0, 0);
    const right = Float32Array.of(1, 2.5, 3, 0, 5, 0);
    expect(compareLogits(left, right, 3)).toEqual({ maxAbsoluteError: 5, squaredError: 50.25, squaredNorm: 41.25, agreeing: 1 });
    expect(compareLogits(left, left, 3)).toEqual({ maxAbsoluteError: 0, squaredError: 0, squaredNorm: 39, agreeing: 2 });
  });

  it('compares tops where all logits are negative', () => {
    expect(compareLogits(Float32Array.of(-2, -1), Float32Array.of(-1, -2), 2)).toMatchObject({ maxAbsoluteError: 1, agreeing: 0 });
  });

  it.each([
    [Number.NaN, 1],
    [1, Number.NaN],
    [Number.NaN, Number.NaN],
    [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
    [Number.NEGATIVE_INFINITY, 1],
  ])('counts %d against %d as infinitely far', (a, b) => {
    expect(compareLogits(Float32Array.of(0, a, 2), Float32Array.of(0, b, 2), 3).maxAbsoluteError).toBe(Number.POSITIVE_INFINITY);
  });

  it('adds up what was compared in parts, and relates the error to the size of the logits', () => {
    const left = Float32Array.of(1, 2, 3, 5, 0, 0);
    const right = Float32Array.of(1, 2.5, 3, 0, 5, 0);
    const parts = [0, 3].map((start) => compareLogits(left.subarray(start, start + 3), right.subarray(start, start + 3), 3));
    const whole = compareLogits(left, right, 3);
    expect(parts.reduce(addDifferences, noDifference)).toEqual(whole);
    expect(relativeError(whole)).toBeCloseTo(Math.sqrt(50.25 / 41.25), 12);
    expect(relativeError(noDifference)).toBe(0);
    expect(relativeError(compareLogits(left, left.map(() => Number.NaN), 3))).toBeNaN();
  });

  it('refuses sets of different size', () => {
    expect(() => compareLogits(new Float32Array(2), new Float32Array(4), 2)).toThrow(RangeError);
  });
});
