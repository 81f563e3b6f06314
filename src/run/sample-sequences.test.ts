import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawIndices, inBatches, sequencesFor, toBatch } from './sample-sequences.ts';

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

describe('batches', () => {
  const pool = { ids: Int32Array.of(0, 10, 1, 11, 2, 12), sequences: 3, length: 2 };

  it('lays chosen sequences side by side', () => {
    expect(toBatch(pool, [2, 0])).toEqual({ ids: Int32Array.of(2, 12, 0, 10), sequences: 2, length: 2 });
    expect(() => toBatch(pool, [3])).toThrow(RangeError);
  });

  it('cuts a region into batches that hold all of it', () => {
    const batches = inBatches(pool, 2);
    expect(batches.map(({ sequences }) => sequences)).toEqual([2, 1]);
    expect(batches.flatMap(({ ids }) => [...ids])).toEqual([...pool.ids]);
  });

  it('rounds tokens to sequences', () => {
    expect([1, 512, 700, 16_384].map((tokens) => sequencesFor(tokens, 256))).toEqual([1, 2, 3, 64]);
  });
});
