import { expect, it } from 'vitest';
import { listed } from './listed.ts';

it('writes a list as it is read', () => {
  expect([[], ['a'], ['a', 'b'], ['a', 'b', 'c']].map(listed)).toEqual(['', 'a', 'a and b', 'a, b and c']);
});
