import { expect, test } from 'vitest';
import { rankCorrelation } from './rank-correlation.ts';

test('the same order is 1, the opposite -1, whatever the distances', () => {
  expect(rankCorrelation([1, 2, 3, 40], [0.1, 0.5, 0.6, 0.61])).toBeCloseTo(1, 12);
  expect(rankCorrelation([1, 2, 3], [9, 5, 1])).toBeCloseTo(-1, 12);
});

test('one exchange of neighbours among n: 1 - 12 / (n (n^2 - 1))', () => {
  expect(rankCorrelation([1, 2, 3, 4, 5], [1, 3, 2, 4, 5])).toBeCloseTo(1 - 12 / (5 * 24), 12);
});

test('equal values share their mean rank', () => {
  // Ranks 1.5 1.5 3 against 1 2 3: 1.5 / sqrt(1.5 * 2).
  expect(rankCorrelation([1, 1, 2], [1, 2, 3])).toBeCloseTo(1.5 / Math.sqrt(3), 12);
});

test('lists of unlike length are refused', () => {
  expect(() => rankCorrelation([1], [1, 2])).toThrow(RangeError);
});
