import fc from 'fast-check';
import { CholeskyDecomposition, inverse, Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { choleskyInPlace, invertInPlace } from './cholesky.ts';
import { prepareHessian } from './hessian.ts';
import { randomHessian } from './random-job.fixture.ts';

const spd = (n: number, seed: number): Float64Array<ArrayBuffer> => {
  const matrix = randomHessian(n, seed);
  prepareHessian(matrix, { module: 'test', columns: n, damping: 0.01 });
  return matrix;
};
const asMatrix = (data: Float64Array, n: number): Matrix => Matrix.from1DArray(n, n, data);
const sizes = fc.integer({ min: 1, max: 37 });
const seeds = fc.nat();

describe('choleskyInPlace', () => {
  it('is the factor of ml-matrix', () => {
    fc.assert(
      fc.property(sizes, seeds, (n, seed) => {
        const matrix = spd(n, seed);
        const expected = new CholeskyDecomposition(asMatrix(matrix, n)).lowerTriangularMatrix;
        expect(choleskyInPlace(matrix, n)).toBe(true);
        for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) expect(matrix[i * n + j]).toBeCloseTo(expected.get(i, j), 10);
      }),
      { numRuns: 40 },
    );
  });

  it.each([
    ['a negative direction', [1, 2, 2, 1]],
    ['a zero', [0, 0, 0, 1]],
    ['NaN', [NaN, 0, 0, 1]],
    ['infinity', [1, 0, 0, Infinity]],
  ])('refuses %s', (_, values) => {
    expect(choleskyInPlace(Float64Array.from(values), 2)).toBe(false);
  });
});

describe('invertInPlace', () => {
  it('gives A A^-1 = I, exactly symmetric, as ml-matrix does', () => {
    fc.assert(
      fc.property(sizes, seeds, (n, seed) => {
        const matrix = spd(n, seed);
        const inverted = Float64Array.from(matrix);
        expect(invertInPlace(inverted, n)).toBe(true);
        const product = asMatrix(matrix, n).mmul(asMatrix(inverted, n)).sub(Matrix.eye(n));
        expect(product.norm()).toBeLessThan(1e-10 * n);
        const expected = inverse(asMatrix(matrix, n));
        expect(asMatrix(inverted, n).sub(expected).norm()).toBeLessThan(1e-10 * expected.norm());
        for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) expect(inverted[i * n + j]).toBe(inverted[j * n + i]);
      }),
      { numRuns: 40 },
    );
  });

  it('keeps what is not connected at exactly zero', () => {
    const matrix = Float64Array.of(2, 0, 1, 0, 4, 0, 1, 0, 3);
    expect(invertInPlace(matrix, 3)).toBe(true);
    expect([matrix[1], matrix[4], matrix[5]]).toEqual([0, 0.25, 0]);
  });

  it('refuses a wrong size', () => {
    expect(() => invertInPlace(new Float64Array(5), 2)).toThrow(RangeError);
  });
});
