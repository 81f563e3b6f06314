import fc from 'fast-check';
import { expect, test } from 'vitest';
import { turnBlock } from './turn-block.ts';

test('blocks of rows, one after the other, give the matrix turned', () => {
  const size = fc.integer({ min: 1, max: 70 });
  fc.assert(
    fc.property(size, size, size, (rows, columns, step) => {
      const matrix = Float32Array.from({ length: rows * columns }, (_, index) => index);
      const turned = new Float32Array(matrix.length);
      for (let top = 0; top < rows; top += step) turnBlock(matrix.subarray(top * columns, Math.min(top + step, rows) * columns), columns, turned, rows, top);
      return turned.every((value, index) => value === (index % rows) * columns + Math.floor(index / rows));
    }),
    { numRuns: 50 },
  );
});

test('blocks that do not lie within the result are refused', () => {
  const result = new Float32Array(6);
  expect(() => turnBlock(new Float32Array(5), 2, result, 3, 0)).toThrow(RangeError);
  expect(() => turnBlock(new Float32Array(4), 2, result, 3, 2)).toThrow(RangeError);
  expect(() => turnBlock(new Float32Array(4), 2, result, 4, 0)).toThrow(RangeError);
  expect(() => turnBlock(new Float32Array(4), 2, result, 3, -1)).toThrow(RangeError);
});
