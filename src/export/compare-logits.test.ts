import { describe, expect, it } from 'vitest';
import { compareLogits } from './compare-logits.ts';

describe('compareLogits', () => {
  it('finds the largest difference and the positions with the same top token', () => {
    const left = Float32Array.of(1, 2, 3, 5, 0, 0);
    const right = Float32Array.of(1, 2.5, 3, 0, 5, 0);
    expect(compareLogits(left, right, 3)).toEqual({ maxAbsoluteError: 5, agreeing: 1 });
    expect(compareLogits(left, left, 3)).toEqual({ maxAbsoluteError: 0, agreeing: 2 });
  });

  it('compares tops where all logits are negative', () => {
    expect(compareLogits(Float32Array.of(-2, -1), Float32Array.of(-1, -2), 2)).toEqual({ maxAbsoluteError: 1, agreeing: 0 });
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

  it('refuses sets of different size', () => {
    expect(() => compareLogits(new Float32Array(2), new Float32Array(4), 2)).toThrow(RangeError);
  });
});
