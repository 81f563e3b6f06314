import { expect, it } from 'vitest';
import { toldIgnored, withParameters } from './address.ts';

it('sets, replaces and removes parameters and leaves the others', () => {
  expect(withParameters('?a=1&b=2', { b: '3', c: 'x y' })).toBe('?a=1&b=3&c=x+y');
  expect(withParameters('?a=1&b=2', { a: null, b: '' })).toBe('');
});

it('keeps a stage table readable', () => {
  expect(withParameters('', { stages: '8:512:512,1:0:4' })).toBe('?stages=8:512:512,1:0:4');
});

it('tells only so much of what it ignores', () => {
  expect(toldIgnored(['a=1', 'b=2'])).toEqual(['a=1', 'b=2']);
  const told = toldIgnored(Array.from({ length: 100_000 }, () => 'x'.repeat(500)));
  expect(told).toHaveLength(13);
  expect(told[0]).toHaveLength(81);
  expect(told[12]).toBe('and 99988 more');
});
