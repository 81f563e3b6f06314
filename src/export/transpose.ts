/** Side of the squares that are turned one after the other, so that reads and writes stay in the cache. */
const TILE = 32;

/** A matrix `[rows, columns]` as `[columns, rows]`, in a new array. Throws RangeError if the data is no such matrix. */
export function transpose(data: Float32Array, rows: number, columns: number): Float32Array<ArrayBuffer> {
  if (data.length !== rows * columns) throw new RangeError(`${data.length} values are no matrix [${rows}, ${columns}]`);
  const result = new Float32Array(data.length);
  for (let top = 0; top < rows; top += TILE) {
    const bottom = Math.min(top + TILE, rows);
    for (let left = 0; left < columns; left += TILE) {
      const right = Math.min(left + TILE, columns);
      for (let column = left; column < right; column++) {
        for (let row = top; row < bottom; row++) result[column * rows + row] = data[row * columns + column] ?? 0;
      }
    }
  }
  return result;
}
