import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inverseFrequencies, rotaryTables } from './rotary-tables.ts';

it('turns position 0 by nothing and the first pair by one radian a position', () => {
  const { cosines, sines } = rotaryTables(3, 4, 10_000);
  expect([...cosines.subarray(0, 2), ...sines.subarray(0, 2)]).toEqual([1, 1, 0, 0]);
  expect(sines[4]).toBeCloseTo(Math.sin(2), 6);
  expect(sines[5]).toBeCloseTo(Math.sin(0.02), 6);
});

it('is a rotation everywhere, and the same for the positions that a longer table shares', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 600 }), fc.integer({ min: 1, max: 32 }), fc.integer({ min: 10, max: 1_000_000 }), (length, half, theta) => {
      const { cosines, sines } = rotaryTables(length, 2 * half, theta);
      for (const [index, cosine] of cosines.entries()) expect(Math.hypot(cosine, sines[index] ?? 0)).toBeCloseTo(1, 6);
      expect(rotaryTables(length + 1, 2 * half, theta).sines.subarray(0, sines.length)).toEqual(sines);
    }),
    { numRuns: 20 },
  );
});

describe('inverseFrequencies', () => {
  it('falls from 1 geometrically', () => {
    const frequencies = inverseFrequencies(8, 10_000);
    [1, 0.1, 0.01, 0.001].forEach((expected, index) => expect((frequencies[index] ?? 0) / expected).toBeCloseTo(1, 6));
    expect(frequencies).toHaveLength(4);
  });
});
