import { describe, expect, it } from 'vitest';
import { rotaryTableRows } from './rotary-graph.ts';

describe('rotaryTableRows', () => {
  it.each([1, 2, 63, 64, 65, 1000, 1024, 8192, 40_960, 131_072])('covers four times %d positions with tables that stay small', (positions) => {
    const rows = rotaryTableRows(positions);
    expect(rows ** 2).toBeGreaterThanOrEqual(4 * positions);
    expect(rows ** 2).toBeLessThanOrEqual(16 * positions);
  });
});
