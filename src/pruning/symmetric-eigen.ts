/** Eigenvalues and, as rows, the eigenvectors of a symmetric matrix. */
export interface SymmetricEigen {
  /** `[n]`, in no order */
  readonly values: Float64Array;
  /** `[n, n]`, row i belongs to value i */
  readonly vectors: Float64Array;
}

const MAX_SWEEPS = 60;

/**
 * Eigendecomposition of a symmetric matrix `[n, n]` by cyclic Jacobi rotations (Golub & Van Loan, Matrix Computations,
 * section 8.5). Slow and sure: used only where a Cholesky factor does not exist.
 */
export function symmetricEigen(matrix: Float64Array, n: number): SymmetricEigen {
  const a = Float64Array.from(matrix);
  const vectors = new Float64Array(n * n);
  let scale = 0;
  for (let i = 0; i < n; i++) vectors[i * n + i] = 1;
  for (const value of a) scale = Math.max(scale, Math.abs(value));
  for (let sweep = 0; sweep < MAX_SWEEPS; sweep++) {
    let rotated = false;
    for (let p = 0; p < n - 1; p++) {
      for (let q = p + 1; q < n; q++) {
        if (Math.abs(a[p * n + q] ?? 0) <= Number.EPSILON * 1e-2 * scale) continue;
        rotate(a, vectors, n, p, q);
        rotated = true;
      }
    }
    if (!rotated) break;
  }
  return { values: Float64Array.from({ length: n }, (_, i) => a[i * n + i] ?? 0), vectors };
}

/** Zeroes `a[p, q]`: rotates rows and columns p, q of A and rows p, q of the vectors. */
function rotate(a: Float64Array, vectors: Float64Array, n: number, p: number, q: number): void {
  const theta = ((a[q * n + q] ?? 0) - (a[p * n + p] ?? 0)) / (2 * (a[p * n + q] ?? 0));
  const tangent = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1));
  const cosine = 1 / Math.hypot(tangent, 1);
  const sine = tangent * cosine;
  for (let k = 0; k < n; k++) mix(a, k * n + p, k * n + q, cosine, sine);
  for (let k = 0; k < n; k++) mix(a, p * n + k, q * n + k, cosine, sine);
  for (let k = 0; k < n; k++) mix(vectors, p * n + k, q * n + k, cosine, sine);
}

function mix(data: Float64Array, at: number, other: number, cosine: number, sine: number): void {
  const first = data[at] ?? 0;
  const second = data[other] ?? 0;
  data[at] = cosine * first - sine * second;
  data[other] = sine * first + cosine * second;
}
