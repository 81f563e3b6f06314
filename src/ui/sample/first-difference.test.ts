import fc from 'fast-check';
import { expect, it } from 'vitest';
import { firstDifference } from './first-difference.ts';

it('splits two texts at the first word that differs', () => {
  expect(firstDifference('and every morning the heron stood', 'and every morning he saw a boat')).toEqual({
    common: 'and every morning',
    rests: [
      { word: ' the', after: ' heron stood' },
      { word: ' he', after: ' saw a boat' },
    ],
  });
});

it('marks no word where one text begins the other', () => {
  const { common, rests } = firstDifference('a b', 'a b c');
  expect(common).toBe('a b');
  expect(rests.map((rest) => rest.word)).toEqual(['', ' c']);
});

it('loses nothing but trailing space', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (first, second) => {
      const { common, rests } = firstDifference(first, second);
      expect(common + rests[0].word + rests[0].after).toBe(first.trimEnd());
      expect(common + rests[1].word + rests[1].after).toBe(second.trimEnd());
    }),
  );
});
