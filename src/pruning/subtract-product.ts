import { dot, dotTile, TILE_COLUMNS, TILE_ROWS } from './dot-rows.ts';
import type { Range, Rows } from './dot-rows.ts';

const tile = new Float64Array(TILE_ROWS * TILE_COLUMNS);

/** `out[i, j] -= sum_k A[i, k] B[j, k]` for i in `rows`, j in `columns` and k below `depth`: indices of `out` are rows of A and B. */
export function subtractProduct(out: Rows, a: Rows, rows: Range, b: Rows, columns: Range, depth: number): void {
  const k = { start: 0, end: depth };
  let i = rows.start;
  for (; i + TILE_ROWS <= rows.end; i += TILE_ROWS) {
    let j = columns.start;
    for (; j + TILE_COLUMNS <= columns.end; j += TILE_COLUMNS) {
      dotTile(tile, a, i, b, j, k);
      for (let r = 0; r < TILE_ROWS; r++) {
        const at = (i + r) * out.stride + j;
        out.data[at] = (out.data[at] ?? 0) - (tile[2 * r] ?? 0);
        out.data[at + 1] = (out.data[at + 1] ?? 0) - (tile[2 * r + 1] ?? 0);
      }
    }
    for (; j < columns.end; j++) for (let r = i; r < i + TILE_ROWS; r++) subtractOne(out, a, r, b, j, depth);
  }
  for (; i < rows.end; i++) for (let j = columns.start; j < columns.end; j++) subtractOne(out, a, i, b, j, depth);
}

function subtractOne(out: Rows, a: Rows, i: number, b: Rows, j: number, depth: number): void {
  const at = i * out.stride + j;
  out.data[at] = (out.data[at] ?? 0) - dot(a.data, i * a.stride, b.data, j * b.stride, depth);
}
