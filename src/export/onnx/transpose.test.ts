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

  it('turns some columns as it turns them all', () => {
    const matrix = Float32Array.from({ length: 40 * 70 }, (_, index) => index);
    const turned = transpose(matrix, 40, 70);
    for (const [from, to] of [[0, 70], [0, 33], [33, 70], [69, 70], [5, 5]] as const) {
      expect(transpose(matrix, 40, 70, from, to)).toEqual(turned.slice(from * 40, to * 40));
    }
  });

  it('refuses data of another size, and columns that are not there', () => {
    expect(() => transpose(new Float32Array(5), 2, 3)).toThrow(RangeError);
    expect(() => transpose(new Float32Array(6), 2, 3, 2, 4)).toThrow(RangeError);
  });
});
