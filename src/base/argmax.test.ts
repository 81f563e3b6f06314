import { expect, test } from 'vitest';
import { argmax } from './argmax.ts';

test('argmax takes the first of equals', () => {
  expect(argmax([1, 3, 3, 2])).toBe(1);
});
