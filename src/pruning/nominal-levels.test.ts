import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nominalLevels } from './nominal-levels.ts';

describe('nominalLevels', () => {
  it('rounds halves up and collapses equal counts', () => {
    expect(nominalLevels(9, 10).map(({ removed }) => removed)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(nominalLevels(9, 10).find(({ removed }) => removed === 5)?.nominal).toEqual([5, 6].filter((k) => Math.round((k * 9) / 10) === 5));
    expect(nominalLevels(2, 4)).toEqual([
      { nominal: [0], removed: 0 },
      { nominal: [1, 2], removed: 1 },
      { nominal: [3, 4], removed: 2 },
    ]);
  });

  it('names every k once, ascends from dense to removed, and is within half a structure of k/K', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 40 }), (n, K) => {
        const levels = nominalLevels(n, K);
        expect(levels.flatMap(({ nominal }) => nominal)).toEqual(Array.from({ length: K + 1 }, (_, k) => k));
        expect([levels[0]?.removed, levels.at(-1)?.removed]).toEqual([0, n]);
        levels.forEach(({ removed, nominal }, index) => {
          if (index > 0) expect(removed).toBeGreaterThan(levels[index - 1]?.removed ?? Infinity);
          for (const k of nominal) expect(Math.abs(removed - (k * n) / K)).toBeLessThanOrEqual(0.5 + 1e-9);
        });
      }),
    );
  });

  it('is one level where there is nothing to remove', () => {
    expect(nominalLevels(0, 3)).toEqual([{ nominal: [0, 1, 2, 3], removed: 0 }]);
  });

  it.each([[-1, 10], [4, 0], [2.5, 10]])('refuses %d structures at %d levels', (structures, K) => {
    expect(() => nominalLevels(structures, K)).toThrow(RangeError);
  });
});
