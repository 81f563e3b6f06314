import { describe, expect, it } from 'vitest';
import { inBatches, nextTokens, toBatch } from './token-batches.ts';

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

  it('targets never cross a sequence', () => {
    expect([...nextTokens({ ids: Int32Array.of(1, 2, 3, 4, 5, 6), sequences: 2, length: 3 })]).toEqual([2, 3, 3, 5, 6, 6]);
  });
});
