import type { AdamWState, RowPiece, Tensor } from './runtime.ts';
import { RowOutOfRangeError, TensorMismatchError } from './runtime-errors.ts';

/** Throws {@link TensorMismatchError} unless the four tensors are float32 of one shape. */
export function checkAdamWState(state: AdamWState): void {
  const { parameter, gradient, firstMoment, secondMoment } = state;
  const shape = parameter.shape.join();
  for (const tensor of [parameter, gradient, firstMoment, secondMoment]) {
    if (tensor.type !== 'float32' || tensor.shape.join() !== shape) {
      throw new TensorMismatchError(`AdamW needs float32 tensors of one shape, got ${describe(parameter)} and ${describe(tensor)}.`);
    }
  }
}

/** Checks the operands of scatterAddRows and returns the width of a row. */
export function checkScatter(target: Tensor, rows: Int32Array, values: Tensor): number {
  const [rowCount, width] = target.shape;
  const fits = target.shape.length === 2 && values.shape.length === 2 && values.shape[0] === rows.length && values.shape[1] === width;
  if (target.type !== 'float32' || values.type !== 'float32' || !fits || rowCount === undefined || width === undefined) {
    throw new TensorMismatchError(`Cannot add ${describe(values)} to ${rows.length} rows of ${describe(target)}.`);
  }
  for (const row of rows) {
    if (row < 0 || row >= rowCount) throw new RowOutOfRangeError(row, rowCount);
  }
  return width;
}

/** Checks the pieces of concatRows and returns the shape of the whole. */
export function checkPieces(pieces: readonly RowPiece[]): [rows: number, width: number] {
  const width = pieces[0]?.tensor.shape[1] ?? 0;
  let rows = 0;
  for (const { tensor, start, end } of pieces) {
    const [rowCount = 0] = tensor.shape;
    if (tensor.type !== 'float32' || tensor.shape.length !== 2 || tensor.shape[1] !== width) {
      throw new TensorMismatchError(`Cannot put rows of ${describe(tensor)} beside rows of ${width} float32 values.`);
    }
    if (start < 0 || start > end) throw new RowOutOfRangeError(start, rowCount);
    if (end > rowCount) throw new RowOutOfRangeError(end - 1, rowCount);
    rows += end - start;
  }
  return [rows, width];
}

function describe(tensor: Tensor): string {
  return `${tensor.type} [${tensor.shape.join(', ')}]`;
}
