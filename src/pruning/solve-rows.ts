import { dot, dotTile, TILE_COLUMNS, TILE_ROWS } from './dot-rows.ts';
import type { Range, Rows } from './dot-rows.ts';

const tile = new Float64Array(TILE_ROWS * TILE_COLUMNS);

/**
 * Solves `x L^T = b` for rows of X in place, L lower triangular with a non-zero diagonal:
 * `X[r, j] <- (X[r, j] - sum_{columns.start <= k < j} X[r, k] L[j, k]) / L[j, j]` for j in `columns`.
 * In column form this is the forward substitution `L x = b` for many right-hand sides, each one contiguous.
 */
export function solveRows(x: Rows, rows: Range, l: Rows, columns: Range): void {
  let row = rows.start;
  for (; row + TILE_ROWS <= rows.end; row += TILE_ROWS) solveFourRows(x, row, l, columns);
  for (; row < rows.end; row++) solveOneRow(x, row, l, columns);
}

function solveOneRow(x: Rows, row: number, l: Rows, { start, end }: Range): void {
  const base = row * x.stride;
  for (let j = start; j < end; j++) {
    const known = dot(x.data, base + start, l.data, j * l.stride + start, j - start);
    x.data[base + j] = ((x.data[base + j] ?? 0) - known) / (l.data[j * l.stride + j] ?? 0);
  }
}

function solveFourRows(x: Rows, row: number, l: Rows, { start, end }: Range): void {
  let j = start;
  for (; j + TILE_COLUMNS <= end; j += TILE_COLUMNS) {
    dotTile(tile, x, row, l, j, { start, end: j });
    const first = l.data[j * l.stride + j] ?? 0;
    const below = l.data[(j + 1) * l.stride + j] ?? 0;
    const second = l.data[(j + 1) * l.stride + j + 1] ?? 0;
    for (let r = 0; r < TILE_ROWS; r++) {
      const at = (row + r) * x.stride + j;
      const left = ((x.data[at] ?? 0) - (tile[2 * r] ?? 0)) / first;
      x.data[at] = left;
      x.data[at + 1] = ((x.data[at + 1] ?? 0) - (tile[2 * r + 1] ?? 0) - left * below) / second;
    }
  }
  for (; j < end; j++) {
    for (let r = row; r < row + TILE_ROWS; r++) {
      const base = r * x.stride;
      const known = dot(x.data, base + start, l.data, j * l.stride + start, j - start);
      x.data[base + j] = ((x.data[base + j] ?? 0) - known) / (l.data[j * l.stride + j] ?? 0);
    }
  }
}
