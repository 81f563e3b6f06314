import { describe, expect, it } from 'vitest';
import { inverseFrequencies, rotaryTableRows } from './rotary-graph.ts';

describe('inverseFrequencies', () => {
  it('falls from 1 geometrically', () => {
    const frequencies = inverseFrequencies(8, 10_000);
    [1, 0.1, 0.01, 0.001].forEach((expected, index) => expect((frequencies[index] ?? 0) / expected).toBeCloseTo(1, 6));
    expect(frequencies).toHaveLength(4);
  });
});

describe('rotaryTableRows', () => {
  it.each([1, 2, 63, 64, 65, 1000, 1024, 8192, 40_960, 131_072])('covers four times %d positions with tables that stay small', (positions) => {
    const rows = rotaryTableRows(positions);
    expect(rows ** 2).toBeGreaterThanOrEqual(4 * positions);
    expect(rows ** 2).toBeLessThanOrEqual(16 * positions);
  });
});
