import { expect, it } from 'vitest';
import { csv } from './csv.ts';

it('writes plain numbers, and nothing for what is missing or not a number', () => {
  expect(csv([['a', 'b', 'c', 'd'], [1e-9, null, undefined, Number.NaN], [0.1, true, Number.POSITIVE_INFINITY, -2]])).toBe('a,b,c,d\n1e-9,,,\n0.1,true,,-2');
});

it('quotes what separates fields', () => {
  expect(csv([['one, two', 'a "b"', 'two\nlines', 'plain']])).toBe('"one, two","a ""b""","two\nlines",plain');
});
