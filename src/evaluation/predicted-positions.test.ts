import { describe, expect, it } from 'vitest';
import { sumOverPredicted } from './predicted-positions.ts';

const batch = { ids: Int32Array.of(1, 2, 3, 4, 5, 6), sequences: 2, length: 3 };

describe('predicted positions', () => {
  it('sums without the last position of each sequence', () => {
    expect(sumOverPredicted([1, 1, 100, 2, 2, 100], batch)).toEqual({ sum: 6, count: 4 });
  });

  it('does not hide missing values', () => {
    expect(sumOverPredicted([1], batch).sum).toBeNaN();
  });
});
