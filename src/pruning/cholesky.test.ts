import fc from 'fast-check';
import { CholeskyDecomposition, Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { choleskyInPlace, lowerInverse } from './cholesky.ts';
import { prepareHessian } from './hessian.ts';
import { randomHessian } from './random-job.fixture.ts';

const sizes = fc.integer({ min: 1, max: 37 });

describe('choleskyInPlace and lowerInverse', () => {
  it('are the factor of ml-matrix and its inverse', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), (n, seed) => {
        const { matrix } = prepareHessian(randomHessian(n, seed), { module: 'test', columns: n, damping: 0.01 });
        const expected = new CholeskyDecomposition(Matrix.from1DArray(n, n, matrix)).lowerTriangularMatrix;
        expect(choleskyInPlace(matrix, n)).toBe(true);
        for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) expect(matrix[i * n + j]).toBeCloseTo(expected.get(i, j), 10);
        const product = Matrix.from1DArray(n, n, lowerInverse(matrix, n)).mmul(expected);
        expect(product.sub(Matrix.eye(n)).norm()).toBeLessThan(1e-11 * n);
      }),
      { numRuns: 40 },
    );
  });

  it.each([
    ['a negative direction', [1, 2, 2, 1]],
    ['a zero', [0, 0, 0, 1]],
    ['NaN', [NaN, 0, 0, 1]],
    ['infinity', [1, 0, 0, Infinity]],
  ])('refuse %s', (_, values) => {
    expect(choleskyInPlace(Float64Array.from(values), 2)).toBe(false);
  });
});
