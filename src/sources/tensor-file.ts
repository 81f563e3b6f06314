import type { Dtype } from './dtypes.ts';
import { isFloatDtype } from './read-float32.ts';

/** A tensor as it lies in its file. */
export interface StoredTensor {
  readonly name: string;
  /** `Q4`: a matrix in blocks of 4 bits, see `q4-blocks.ts`. */
  readonly dtype: Dtype | 'Q4';
  /** In the Hugging Face layout: projections `[out, in]`, whatever the file's own layout is. */
  readonly shape: readonly number[];
}

/** Whether values of this type are read as weights. */
export const isWeightDtype = (dtype: string): boolean => dtype === 'Q4' || isFloatDtype(dtype);

/** Named tensors in one file or several, whatever their format. Headers were checked; no tensor was read yet. */
export interface TensorFile {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /**
   * Values of a tensor as float32; beside the result at most 16 MiB are held.
   * Throws TensorMissingError, UnreadableDtypeError, NonFiniteWeightError and what the medium throws.
   */
  readWeights(name: string): Promise<Float32Array<ArrayBuffer>>;
  /** Rows `[start, end)` of the first dimension only. Throws also RangeError when they are not there. */
  readRows(name: string, start: number, end: number): Promise<Float32Array<ArrayBuffer>>;
}

/** Elements of a row, which is all but the first dimension. Throws RangeError unless rows `[start, end)` are there. */
export function rowSize({ name, shape }: StoredTensor, start: number, end: number): number {
  const [rows, ...rest] = shape;
  const whole = Number.isSafeInteger(start) && Number.isSafeInteger(end);
  if (rows === undefined || !whole || start < 0 || end < start || end > rows) {
    throw new RangeError(`${name} [${shape.join(', ')}] has no rows ${start} to ${end}`);
  }
  return rest.reduce((product, size) => product * size, 1);
}
