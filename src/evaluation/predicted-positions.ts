import type { TokenBatch } from '../model/weights.ts';

/** Next-token targets `[T]`: the id that follows; the last position of each sequence has none and gets its own id. */
export function nextTokens({ ids, length }: TokenBatch): Int32Array {
  return ids.map((id, index) => (index % length === length - 1 ? id : (ids[index + 1] ?? id)));
}

/** Sum over the positions that have a next token, and their number. */
export function sumOverPredicted(values: ArrayLike<number>, { sequences, length }: TokenBatch): { sum: number; count: number } {
  let sum = 0;
  for (let sequence = 0; sequence < sequences; sequence++) {
    for (let position = 0; position < length - 1; position++) sum += values[sequence * length + position] ?? Number.NaN;
  }
  return { sum, count: sequences * (length - 1) };
}
