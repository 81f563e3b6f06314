import { expect, test } from 'vitest';
import { scatterAddRows } from './scatter-add-rows.ts';

test('adds rows where they belong, equal rows twice, the others not at all', () => {
  const target = Float32Array.of(1, 1, 2, 2, 3, 3); // [3, 2]
  scatterAddRows(target, Int32Array.of(2, 0, 2), Float32Array.of(10, 20, 30, 40, 50, 60), 2);
  expect([...target]).toEqual([31, 41, 2, 2, 63, 83]);
});

test('adds equal rows in order', () => {
  const target = Float32Array.of(0);
  scatterAddRows(target, Int32Array.of(0, 0, 0), Float32Array.of(1e8, 1, -1e8), 1);
  expect(target[0]).toBe(0); // 1 is lost beside 1e8 in float32; another order would keep it
});
