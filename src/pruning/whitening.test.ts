import { Matrix, pseudoInverse } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { prepareHessian } from './hessian.ts';
import { randomHessian, randomWeight } from './random-job.fixture.ts';
import { whiteningOf } from './whitening.ts';

/** `X B^+ X^T` by the factor, X `[rows, n]`. */
function quadratic(block: Float64Array, n: number, x: Float64Array, rows: number): Matrix {
  const factor = Matrix.from1DArray(n, n, whiteningOf(block, n).factor);
  const matrix = Matrix.from1DArray(rows, n, x).mmul(factor.transpose());
  return matrix.mmul(matrix.transpose());
}

function direct(block: Float64Array, n: number, x: Float64Array, rows: number): Matrix {
  const matrix = Matrix.from1DArray(rows, n, x);
  return matrix.mmul(pseudoInverse(Matrix.from1DArray(n, n, block), 1e-10)).mmul(matrix.transpose());
}

describe('whiteningOf', () => {
  it.each([1, 3, 8, 13])('factors the inverse of a positive definite block of %i', (n) => {
    const block = prepareHessian(randomHessian(n, n), { module: 'test', columns: n, damping: 0.1 }).matrix;
    const x = Float64Array.from(randomWeight(7 * n, 1));
    expect(whiteningOf(block, n).fallback).toBe(false);
    expect(quadratic(block, n, x, 7).sub(direct(block, n, x, 7)).norm()).toBeLessThan(1e-8);
  });

  it('falls back to the pseudo-inverse of a singular block, and says so', () => {
    // Rank 2 of 3: the third column is the sum of the others.
    const block = Float64Array.of(2, 0, 2, 0, 3, 3, 2, 3, 5);
    const x = Float64Array.from(randomWeight(4 * 3, 2));
    expect(whiteningOf(block, 3).fallback).toBe(true);
    expect(quadratic(block, 3, x, 4).sub(direct(block, 3, x, 4)).norm()).toBeLessThan(1e-12);
  });

  it('takes negative eigenvalues for zero', () => {
    const x = Float64Array.of(3, 5);
    expect(quadratic(Float64Array.of(4, 0, 0, -1), 2, x, 1).get(0, 0)).toBeCloseTo(9 / 4, 12);
  });
});
