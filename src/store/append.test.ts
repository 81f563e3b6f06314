import { expect, it } from 'vitest';
import { createAppend } from './append.ts';

it('copies a foreign list once and then grows its own copy', () => {
  const append = createAppend();
  const before = [1, 2];
  const first = append(before, 3);
  const second = append(first, 4);
  expect(before).toEqual([1, 2]);
  expect(second).toBe(first);
  expect(second).toEqual([1, 2, 3, 4]);
});

it('does not touch the list of an earlier batch', () => {
  const published = createAppend()([1], 2);
  const next = createAppend()(published, 3);
  expect(published).toEqual([1, 2]);
  expect(next).toEqual([1, 2, 3]);
});
