/**
 * `target[rows[i], :] += values[i, :]`, in order of `i`.
 * target `[*, width]`, values `[rows.length, width]`; the rows must be in range.
 */
export function scatterAddRows(target: Float32Array, rows: Int32Array, values: Float32Array, width: number): void {
  for (let index = 0; index < rows.length; index++) {
    const to = rows[index]! * width;
    const from = index * width;
    for (let column = 0; column < width; column++) {
      target[to + column] = target[to + column]! + values[from + column]!;
    }
  }
}
