/** Side of the squares that are turned one after the other, so that reads and writes stay in the cache. */
const TILE = 32;

/**
 * Columns `from` to before `to` of a matrix `[rows, columns]` as rows `[to - from, rows]`, in a new array. Throws RangeError
 * if the data is no such matrix.
 */
export function transpose(data: Float32Array, rows: number, columns: number, from = 0, to = columns): Float32Array<ArrayBuffer> {
  if (data.length !== rows * columns || from < 0 || from > to || to > columns) {
    throw new RangeError(`${data.length} values are no matrix [${rows}, ${columns}] with columns ${from} to ${to}`);
  }
  const result = new Float32Array((to - from) * rows);
  for (let top = 0; top < rows; top += TILE) {
    const bottom = Math.min(top + TILE, rows);
    for (let left = from; left < to; left += TILE) {
      const right = Math.min(left + TILE, to);
      for (let column = left; column < right; column++) {
        for (let row = top; row < bottom; row++) result[(column - from) * rows + row] = data[row * columns + column] ?? 0;
      }
    }
  }
  return result;
}
