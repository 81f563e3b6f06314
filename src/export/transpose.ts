import { turnBlock } from '../sources/turn-block.ts';

/** A matrix `[rows, columns]` as `[columns, rows]`, in a new array. Throws RangeError if the data is no such matrix. */
export function transpose(data: Float32Array, rows: number, columns: number): Float32Array<ArrayBuffer> {
  if (data.length !== rows * columns) throw new RangeError(`${data.length} values are no matrix [${rows}, ${columns}]`);
  const result = new Float32Array(data.length);
  turnBlock(data, columns, result, rows, 0);
  return result;
}
