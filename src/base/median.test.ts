import { expect, it } from 'vitest';
import { median } from './median.ts';

it('is the middle one, or the mean of the two in the middle', () => {
  expect(median([10, 9, 100])).toBe(10);
  expect(median([4, 1, 100, 2])).toBe(3);
  expect(median([])).toBeNaN();
});
