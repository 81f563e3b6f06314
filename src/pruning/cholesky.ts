import { dot, dotTile, TILE_COLUMNS, TILE_ROWS } from './dot-rows.ts';
import type { Rows } from './dot-rows.ts';
import { solveRows } from './solve-rows.ts';

const tile = new Float64Array(TILE_ROWS * TILE_COLUMNS);

/**
 * Cholesky factor `A = L L^T` in place: reads the lower triangle of A `[n, n]` (row-major), leaves L there and does not
 * touch the strict upper triangle. Returns false, with A partly overwritten, where A is not positive definite in float64.
 */
export function choleskyInPlace(matrix: Float64Array, n: number, stride = n): boolean {
  const rows: Rows = { data: matrix, stride };
  for (let row = 0; row < n; row += TILE_ROWS) {
    const end = Math.min(row + TILE_ROWS, n);
    solveRows(rows, { start: row, end }, rows, { start: 0, end: row });
    if (!factorDiagonal(rows, row, end)) return false;
  }
  return true;
}

/** Rows `[start, end)` of L, whose columns before `start` are done. */
function factorDiagonal({ data, stride }: Rows, start: number, end: number): boolean {
  for (let row = start; row < end; row++) {
    const base = row * stride;
    for (let j = start; j < row; j++) {
      const known = dot(data, base, data, j * stride, j);
      data[base + j] = ((data[base + j] ?? 0) - known) / (data[j * stride + j] ?? 0);
    }
    const pivot = (data[base + row] ?? 0) - dot(data, base, data, base, row);
    if (!(pivot > 0 && pivot < Infinity)) return false;
    data[base + row] = Math.sqrt(pivot);
  }
  return true;
}

/** Rows of `L^-T` `[n, n]` (upper triangular): row i solves `L x = e_i`, which is zero before i. */
function inverseTransposed(l: Rows, n: number): Rows {
  const inverse = { data: new Float64Array(n * n), stride: n };
  for (let row = 0; row < n; row++) inverse.data[row * n + row] = 1;
  for (let row = 0; row < n; row += TILE_ROWS) {
    const end = Math.min(row + TILE_ROWS, n);
    solveRows(inverse, { start: row, end }, l, { start: row, end: n });
  }
  return inverse;
}

/** `out[i, j] = out[j, i] =` row i of U times row j of U, U upper triangular. */
function symmetricProduct(out: Float64Array, u: Rows, n: number): void {
  const whole = n - (n % TILE_ROWS);
  for (let i = 0; i < whole; i += TILE_ROWS) {
    let j = i;
    for (; j + TILE_COLUMNS <= n; j += TILE_COLUMNS) {
      dotTile(tile, u, i, u, j, { start: j, end: n });
      for (let r = 0; r < TILE_ROWS; r++) {
        setBoth(out, n, i + r, j, tile[2 * r] ?? 0);
        setBoth(out, n, i + r, j + 1, tile[2 * r + 1] ?? 0);
      }
    }
    for (; j < n; j++) for (let r = i; r < i + TILE_ROWS; r++) setBoth(out, n, r, j, dot(u.data, r * n + j, u.data, j * n + j, n - j));
  }
  for (let i = whole; i < n; i++) for (let j = i; j < n; j++) setBoth(out, n, i, j, dot(u.data, i * n + j, u.data, j * n + j, n - j));
}

function setBoth(out: Float64Array, n: number, i: number, j: number, value: number): void {
  out[i * n + j] = value;
  out[j * n + i] = value;
}

/**
 * Inverse of a symmetric positive definite matrix `[n, n]` in place, by Cholesky: `A^-1 = L^-T L^-1`, exactly symmetric.
 * Needs one more matrix of the same size while it works. Returns false, with A spoilt, where A is not positive definite
 * in float64.
 */
export function invertInPlace(matrix: Float64Array, n: number): boolean {
  if (matrix.length !== n * n) throw new RangeError(`a matrix of ${matrix.length} values is not [${n}, ${n}]`);
  if (!choleskyInPlace(matrix, n)) return false;
  const inverse = inverseTransposed({ data: matrix, stride: n }, n);
  symmetricProduct(matrix, inverse, n);
  return true;
}
