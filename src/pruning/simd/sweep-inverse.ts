import { choleskyInPlace, lowerInverse } from '../cholesky.ts';
import type { KernelMemory } from './kernel-memory.ts';
import { PANEL, panelIndex } from './panels.ts';
import type { Panels } from './panels.ts';
import { subtractPanels, subtractUpper } from './products.ts';
import type { Rows } from './products.ts';

/** Columns that are swept at once: few, as products with their factor come on top of those that are counted. */
export const SWEEP = 32;

/** Room of the sweep of a matrix `[n, n]`. */
export interface SweepRoom {
  /** `[n, depth]` each, of a depth of at least {@link SWEEP} */
  readonly cross: Panels;
  readonly y: Panels;
  /** `[SWEEP, SWEEP]` or more */
  readonly factor: Panels;
}

/**
 * Inverse of a symmetric positive definite matrix `[n, n]` in place, upper triangle; n is a multiple of 4. About `n^3 / 2` multiply-adds,
 * nearly all in rank-32 updates of the triangle. Yields after every 32 columns. Returns false, with the matrix spoilt, where it
 * is not positive definite in float64.
 *
 * The sweep operator (Goodnight, The American Statistician 33, 1979) by blocks: with `A_kk = L L^T`, `T = L^-1` and
 * `Y = A_:,k T^T`, sweeping block k makes `A_ij - Y_i Y_j^T` of what lies outside it, `Y_i T` of its columns and `-T^T T` of
 * itself. All blocks swept, `-A^-1` is left. Forward stable for positive definite matrices (Higham, Accuracy and Stability of
 * Numerical Algorithms, section 14.4).
 */
export function* invertUpper(memory: KernelMemory, matrix: Rows, n: number, { cross, y, factor }: SweepRoom): Generator<void, boolean> {
  for (let start = 0; start < n; start += SWEEP) {
    const size = Math.min(SWEEP, n - start);
    const l = diagonalBlock(matrix, start, size);
    if (!choleskyInPlace(l, size)) return false;
    const t = lowerInverse(l, size);
    readColumns(matrix, n, start, size, cross);
    y.data.fill(0);
    packNegative(t, size, false, factor);
    subtractPanels(memory, y, factor, size, cross, n, size);
    subtractUpper(memory, matrix, n, y, y, size);
    cross.data.fill(0);
    packNegative(t, size, true, factor);
    subtractPanels(memory, cross, factor, size, y, n, size);
    writeColumns(matrix, n, start, size, cross);
    writeNegativeSquare(matrix, start, size, t);
    yield;
  }
  for (let i = 0; i < n; i++) {
    for (let at = i * matrix.stride + i; at < i * matrix.stride + n; at++) matrix.data[at] = 0 - matrix.data[at]!;
  }
  return true;
}

/** Block `[size, size]` on the diagonal, both triangles. */
export function diagonalBlock({ data, stride }: Rows, start: number, size: number): Float64Array<ArrayBuffer> {
  const block = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = i; j < size; j++) block[i * size + j] = block[j * size + i] = data[(start + i) * stride + start + j]!;
  }
  return block;
}

/** Columns `[n, size]` of a symmetric matrix from `start` on, as panels. */
export function readColumns({ data, stride }: Rows, n: number, start: number, size: number, out: Panels): void {
  for (let i = 0; i < start; i++) {
    const from = i * stride + start;
    const to = panelIndex(out, i, 0);
    for (let k = 0; k < size; k++) out.data[to + k * PANEL] = data[from + k]!;
  }
  for (let k = 0; k < size; k++) {
    const column = start + k;
    for (let i = start; i < column; i++) out.data[panelIndex(out, i, k)] = data[i * stride + column]!;
    for (let i = column; i < n; i++) out.data[panelIndex(out, i, k)] = data[column * stride + i]!;
  }
}

/** What {@link readColumns} reads, written back; the block on the diagonal is left as it is. */
function writeColumns({ data, stride }: Rows, n: number, start: number, size: number, columns: Panels): void {
  for (let i = 0; i < start; i++) {
    const to = i * stride + start;
    const from = panelIndex(columns, i, 0);
    for (let k = 0; k < size; k++) data[to + k] = columns.data[from + k * PANEL]!;
  }
  for (let k = 0; k < size; k++) {
    for (let i = start + size; i < n; i++) data[(start + k) * stride + i] = columns.data[panelIndex(columns, i, k)]!;
  }
}

/** `-T^T T` as the block on the diagonal, T lower triangular. */
function writeNegativeSquare({ data, stride }: Rows, start: number, size: number, t: Float64Array): void {
  for (let i = 0; i < size; i++) {
    for (let j = i; j < size; j++) {
      let sum = 0;
      for (let k = j; k < size; k++) sum += t[k * size + i]! * t[k * size + j]!;
      data[(start + i) * stride + start + j] = -sum;
    }
  }
}

/** `-T` or `-T^T` `[size, size]` as panels: the kernels subtract products. */
export function packNegative(t: Float64Array, size: number, transposed: boolean, out: Panels): void {
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < size; k++) out.data[panelIndex(out, i, k)] = -(transposed ? t[k * size + i]! : t[i * size + k]!);
  }
}
