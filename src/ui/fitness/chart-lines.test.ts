import { expect, it } from 'vitest';
import { dotsOf, parentPath, stagePath } from './chart-lines.ts';

const scales = { x: (place: number) => place * 10, y: (value: number) => 50 - Math.log10(value) * 25 };
const row = (x: number, parent: number | null, best: readonly (number | null)[] = []) => ({ x, generation: x, parent, best });

it('draws the parent in steps and lifts where there is no value', () => {
  expect(parentPath([row(0, 100), row(1, 10), row(1, null), row(1, 1), row(2, 1)], scales)).toBe('M0.0 0.0H10.0V25.0H10.0M10.0 50.0H20.0');
  expect(parentPath([row(0, 100), row(1, null), row(2, 1)], scales)).toBe('M0.0 0.0H10.0M20.0 50.0H20.0');
});

it('draws stages straight', () => {
  expect(stagePath([row(0, 1), row(1, 1, [10]), row(2, 1, [100]), row(3, 1, [null]), row(4, 1, [1])], 0, scales)).toBe('M10.0 25.0L20.0 0.0M40.0 50.0');
});

it('draws one dot a pixel, and none beside the plot', () => {
  const frame = { ...scales, left: 0, right: 100, width: 100 };
  expect(dotsOf([1, 10, 1, 10.01, 2, 100, 11, 10, -1, 10], frame)).toEqual([10, 25, 20, 0]);
  const many = Array.from({ length: 128_000 }, (_, index) => (index % 2 === 0 ? (index % 1000) / 100 : 1 + (index % 97)));
  expect(dotsOf(many, frame).length).toBeLessThan(2 * 101 * 51);
});
