import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { transpose } from './transpose.ts';

describe('transpose', () => {
  it('turns rows into columns, and back into the same', () => {
    const size = fc.integer({ min: 1, max: 70 });
    fc.assert(
      fc.property(size, size, (rows, columns) => {
        const matrix = Float32Array.from({ length: rows * columns }, (_, index) => index);
        const turned = transpose(matrix, rows, columns);
        expect(turned[(columns - 1) * rows]).toBe(columns - 1); // last column, row 0
        expect([...turned.subarray(0, rows)]).toEqual(Array.from({ length: rows }, (_, row) => row * columns));
        expect(transpose(turned, columns, rows)).toEqual(matrix);
      }),
      { numRuns: 50 },
    );
  });

  it('refuses data of another size', () => {
    expect(() => transpose(new Float32Array(5), 2, 3)).toThrow(RangeError);
  });
});
