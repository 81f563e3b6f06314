/**
 * Cholesky factor `A = L L^T` of a small matrix in place: reads the lower triangle of A `[n, n]` (row-major), leaves L there
 * and does not touch the strict upper triangle. Returns false, with A partly overwritten, where A is not positive definite in
 * float64.
 */
export function choleskyInPlace(a: Float64Array, n: number): boolean {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i * n + j]!;
      for (let k = 0; k < j; k++) sum -= a[i * n + k]! * a[j * n + k]!;
      if (j < i) a[i * n + j] = sum / a[j * n + j]!;
      else if (sum > 0 && sum < Infinity) a[i * n + i] = Math.sqrt(sum);
      else return false;
    }
  }
  return true;
}

/** `L^-1` `[n, n]` of a lower triangular L, whose strict upper triangle is not read: row i is `(e_i - sum_{k < i} L_ik row k) / L_ii`. */
export function lowerInverse(l: Float64Array, n: number): Float64Array<ArrayBuffer> {
  const inverse = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) {
      const factor = l[i * n + k]!;
      for (let j = 0; j <= k; j++) inverse[i * n + j] = inverse[i * n + j]! - factor * inverse[k * n + j]!;
    }
    const pivot = l[i * n + i]!;
    for (let j = 0; j < i; j++) inverse[i * n + j] = inverse[i * n + j]! / pivot;
    inverse[i * n + i] = 1 / pivot;
  }
  return inverse;
}
