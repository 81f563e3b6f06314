import { expect, it } from 'vitest';
import { withParameters } from './address.ts';

it('sets, replaces and removes parameters and leaves the others', () => {
  expect(withParameters('?a=1&b=2', { b: '3', c: 'x y' })).toBe('?a=1&b=3&c=x+y');
  expect(withParameters('?a=1&b=2', { a: null, b: '' })).toBe('');
});

it('keeps a stage table readable', () => {
  expect(withParameters('', { stages: '8:512:512,1:0:4' })).toBe('?stages=8:512:512,1:0:4');
});
