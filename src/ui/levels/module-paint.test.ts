import { expect, it } from 'vitest';
import { modulePaint } from './module-paint.ts';

const level = (kept: number) => ({ kept, parameters: kept * 10, loss: 0 });

it('takes nominal levels as they are', () => {
  const kept = Array.from({ length: 11 }, (_, k) => 640 - 64 * k);
  const paint = modulePaint({ layer: 3, kind: 'mlp', structures: 640, levels: kept.map(level) }, 10);
  expect(paint.layer).toBe(4);
  expect(paint.levels.map(({ stop }) => stop)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9]);
  expect(paint.levels.map(({ removed }) => removed)).toEqual([...Array.from({ length: 10 }, () => false), true]);
});

it('gives collapsed levels what they truly keep', () => {
  const summary = { layer: 0, kind: 'attention' as const, structures: 4, levels: [4, 3, 2, 1, 0].map(level) };
  const paint = modulePaint(summary, 10);
  expect(paint.levels.map(({ stop }) => stop)).toEqual([0, 2.5, 5, 7.5, 9]);
  expect(paint.levels.map(({ nominal }) => nominal)).toEqual([0, 3, 5, 8, 10]);
  expect(modulePaint(summary, 10)).toBe(paint);
});
