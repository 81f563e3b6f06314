import { expect, it } from 'vitest';
import { parseTyped } from './number-input.tsx';

it.each([
  ['2,048', true, 2048],
  [' 16 384 ', true, 16_384],
  ['1e-5', false, 1e-5],
  ['62.5 %', false, 62.5],
  ['2.6', true, 3],
  ['-3', true, -3],
  ['', true, null],
  ['many', true, null],
  ['1-2', true, null],
])('reads %s', (text, whole, value) => {
  expect(parseTyped(text, whole)).toBe(value);
});
