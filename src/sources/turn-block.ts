/** Side of the squares that are turned one after the other, so that reads and writes stay in the cache. */
const TILE = 32;

/**
 * Turns a block of rows: element `[row, column]` of `block` (`[rows, columns]`) goes to `[column, offset + row]` of `result`,
 * whose rows are `stride` long. Throws RangeError if the block does not lie within the result.
 */
export function turnBlock(block: Float32Array, columns: number, result: Float32Array, stride: number, offset: number): void {
  const rows = columns === 0 ? 0 : block.length / columns;
  if (!Number.isInteger(rows) || offset < 0 || offset + rows > stride || columns * stride > result.length) {
    throw new RangeError(`${block.length} values are no block of ${columns} columns at ${offset} in rows of ${stride}`);
  }
  for (let top = 0; top < rows; top += TILE) {
    const bottom = Math.min(top + TILE, rows);
    for (let left = 0; left < columns; left += TILE) {
      const right = Math.min(left + TILE, columns);
      for (let column = left; column < right; column++) {
        const target = column * stride + offset;
        for (let row = top; row < bottom; row++) result[target + row] = block[row * columns + column] ?? 0;
      }
    }
  }
}
