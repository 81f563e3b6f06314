import { expect, it } from 'vitest';
import { studentTail } from './student-t.ts';

it.each([
  // t, degrees of freedom, P(T > t) by another implementation (SciPy 1.17, stats.t.sf)
  [0, 5, 0.5],
  [1, 1, 0.25],
  [3, 1, 0.10241638234956672],
  [2, 2, 0.09175170953613698],
  [14, 3, 0.0003945815734820454],
  [5, 7, 0.0007826389765864124],
  [2.1, 16, 0.025970285888762823],
  [6, 40, 2.3632275663940903e-7],
])('the tail above %f with %d degrees of freedom', (t, freedom, tail) => {
  expect(Math.abs(studentTail(t, freedom) / tail - 1)).toBeLessThan(1e-9);
});

it('is 0 far out and never negative', () => {
  for (let freedom = 1; freedom < 64; freedom++) expect(studentTail(1e12, freedom)).toBeGreaterThanOrEqual(0);
  expect(studentTail(Number.POSITIVE_INFINITY, 3)).toBeLessThan(1e-15);
});

it('refuses what is no tail', () => {
  expect(() => studentTail(1, 0)).toThrow(RangeError);
  expect(() => studentTail(1, 2.5)).toThrow(RangeError);
  expect(() => studentTail(-1, 2)).toThrow(RangeError);
  expect(() => studentTail(Number.NaN, 2)).toThrow(RangeError);
});
