import { describe, expect, it } from 'vitest';
import { hasDiverged } from './diverged.ts';

const vocabulary = 4096; // log: 8.32

describe('hasDiverged', () => {
  it('says so where training ends worse than it began and than guessing', () => {
    expect(hasDiverged({ losses: [3.9, 18], after: 17 }, vocabulary)).toBe(true);
    expect(hasDiverged({ losses: [9, 13.6], after: 1 }, vocabulary)).toBe(true);
  });

  it('sees it of a single step by what was measured afterwards', () => {
    expect(hasDiverged({ losses: [3.9, 3.9], after: 11.9 }, vocabulary)).toBe(true);
    expect(hasDiverged({ losses: [3.9, 3.9], after: Infinity }, vocabulary)).toBe(true);
  });

  it('does not take unlike batches or a broken model for it', () => {
    expect(hasDiverged({ losses: [0.5, 6], after: 3 }, vocabulary)).toBe(false); // a table after a lullaby
    expect(hasDiverged({ losses: [17, 17.5], after: 19 }, vocabulary)).toBe(false); // pruned to pieces
    expect(hasDiverged({ losses: [3, 2], after: 0.5 }, vocabulary)).toBe(false);
  });

  it('does not judge what is not a number', () => {
    expect(hasDiverged({ losses: [3, Number.NaN], after: Number.NaN }, vocabulary)).toBe(false);
  });
});
