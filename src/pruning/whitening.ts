import { choleskyInPlace } from './cholesky.ts';
import type { Rows } from './dot-rows.ts';
import { solveRows } from './solve-rows.ts';
import { symmetricEigen } from './symmetric-eigen.ts';

/**
 * A factor of the inverse of a small symmetric matrix B: `x B^-1 y^T = whiten(x) . whiten(y)`.
 * It makes the score of a structure a plain sum of squares and both OBS updates plain products.
 */
export interface Whitening {
  /** Whether B was not positive definite, so that its pseudo-inverse stands for the inverse. */
  readonly fallback: boolean;
  /** Whitens the first `count` rows of `[count, n]` in place. */
  apply(rows: Rows, count: number): void;
}

/**
 * Factor of the inverse of B `[n, n]`: by Cholesky, else of its pseudo-inverse over the positive eigenvalues (those that
 * are zero or negative are rounding: B is a block of an inverse Hessian).
 */
export function whiteningOf(block: Float64Array, n: number): Whitening {
  const factor = Float64Array.from(block);
  if (!choleskyInPlace(factor, n)) return pseudoWhitening(block, n);
  const l: Rows = { data: factor, stride: n };
  const columns = { start: 0, end: n };
  return { fallback: false, apply: (rows, count) => solveRows(rows, { start: 0, end: count }, l, columns) };
}

function pseudoWhitening(block: Float64Array, n: number): Whitening {
  const { values, vectors } = symmetricEigen(block, n);
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const smallest = largest * n * Number.EPSILON;
  const scales = values.map((value) => (value > smallest ? 1 / Math.sqrt(value) : 0));
  const whitened = new Float64Array(n);
  const apply = ({ data, stride }: Rows, count: number): void => {
    for (let row = 0; row < count; row++) {
      for (let i = 0; i < n; i++) {
        let sum = 0;
        for (let k = 0; k < n; k++) sum += (data[row * stride + k] ?? 0) * (vectors[i * n + k] ?? 0);
        whitened[i] = sum * (scales[i] ?? 0);
      }
      data.set(whitened, row * stride);
    }
  };
  return { fallback: true, apply };
}
