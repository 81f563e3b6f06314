import type { TokenBatch } from '../model/weights.ts';

/** Sum over the positions that have a next token, and their number. */
export function sumOverPredicted(values: ArrayLike<number>, { sequences, length }: TokenBatch): { sum: number; count: number } {
  let sum = 0;
  for (let sequence = 0; sequence < sequences; sequence++) {
    for (let position = 0; position < length - 1; position++) sum += values[sequence * length + position] ?? Number.NaN;
  }
  return { sum, count: sequences * (length - 1) };
}
