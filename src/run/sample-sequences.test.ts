import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawIndices, sequencesFor } from './sample-sequences.ts';

describe('drawIndices', () => {
  it('repeats nothing before the pool is used up, and stays inside it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 0, max: 100 }), fc.nat(), (pool, count, seed) => {
        const drawn = drawIndices(pool, count, seed, 'fitness', 3, 1);
        expect(drawn).toHaveLength(count);
        for (let start = 0; start < count; start += pool) {
          const round = drawn.slice(start, start + pool);
          expect(new Set(round).size).toBe(round.length);
        }
        expect(drawn.every((index) => index >= 0 && index < pool)).toBe(true);
      }),
    );
  });

  it('differs by purpose and repeats by seed', () => {
    expect(drawIndices(500, 8, 1, 'fitness', 1)).toEqual(drawIndices(500, 8, 1, 'fitness', 1));
    expect(drawIndices(500, 8, 1, 'fitness', 1)).not.toEqual(drawIndices(500, 8, 1, 'fitness', 2));
    expect(drawIndices(500, 8, 1, 'fitness', 1)).not.toEqual(drawIndices(500, 8, 2, 'fitness', 1));
  });
});

describe('sequencesFor', () => {
  it('rounds tokens to sequences', () => {
    expect([1, 512, 700, 16_384].map((tokens) => sequencesFor(tokens, 256))).toEqual([1, 2, 3, 64]);
  });
});
