import { expect, it } from 'vitest';
import { curvePath } from './curve-path.ts';

const field = { width: 100, top: 0, bottom: 50 };

it('steps from uniform to the last value, the least at the bottom', () => {
  expect(curvePath([1, 0.5], 1, field)).toEqual({ path: 'M0 0.0H50.0V0.0H100.0V50.0', end: [100, 50], top: 0 });
});

it('leaves room above uniform where a value is worse', () => {
  expect(curvePath([3, 1], 2, field)).toEqual({ path: 'M0 25.0H50.0V0.0H100.0V50.0', end: [100, 50], top: 25 });
});

it('is a line where all are equal or none is', () => {
  expect(curvePath([2], 2, field)).toMatchObject({ end: [100, 50] });
  expect(curvePath([], 2, field)).toEqual({ path: 'M0 50.0', end: [0, 50], top: 50 });
});
