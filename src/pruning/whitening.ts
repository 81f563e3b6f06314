import { choleskyInPlace, lowerInverse } from './cholesky.ts';
import { symmetricEigen } from './symmetric-eigen.ts';

/**
 * A factor of the inverse of a small symmetric matrix B `[n, n]`: `B^-1 = T^T T`. It makes the score of a structure a plain
 * sum of squares and both OBS updates plain products.
 */
export interface Whitening {
  /** Whether B was not positive definite, so that its pseudo-inverse stands for the inverse. */
  readonly fallback: boolean;
  /** T `[n, n]` */
  readonly factor: Float64Array;
}

/**
 * Factor of the inverse of B `[n, n]`: by Cholesky, `T = L^-1`; else of its pseudo-inverse over the positive eigenvalues (those
 * that are zero or negative are rounding: B is a block of an inverse Hessian).
 */
export function whiteningOf(block: Float64Array, n: number): Whitening {
  const l = Float64Array.from(block);
  return choleskyInPlace(l, n) ? { fallback: false, factor: lowerInverse(l, n) } : { fallback: true, factor: pseudoFactor(block, n) };
}

/** Row i: eigenvector i over the root of its eigenvalue, or zeros. */
function pseudoFactor(block: Float64Array, n: number): Float64Array {
  const { values, vectors } = symmetricEigen(block, n);
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const smallest = largest * n * Number.EPSILON;
  return vectors.map((entry, index) => {
    const value = values[Math.floor(index / n)] ?? 0;
    return value > smallest ? entry / Math.sqrt(value) : 0;
  });
}
