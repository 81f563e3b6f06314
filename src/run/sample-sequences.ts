import { randomFor } from '../base/random.ts';
import type { TokenBatch } from '../model/weights.ts';

/** The sequences of a region that `indices` name, side by side as one batch. Throws if an index is out of range. */
export function toBatch(pool: TokenBatch, indices: readonly number[]): TokenBatch {
  const { length } = pool;
  const ids = new Int32Array(indices.length * length);
  for (const [place, index] of indices.entries()) {
    if (index < 0 || index >= pool.sequences) throw new RangeError(`no sequence ${index} of ${pool.sequences}`);
    ids.set(pool.ids.subarray(index * length, (index + 1) * length), place * length);
  }
  return { ids, sequences: indices.length, length };
}

/** The sequences of a region in order, at most `most` to a batch. */
export function inBatches(pool: TokenBatch, most: number): TokenBatch[] {
  const batches: TokenBatch[] = [];
  for (let start = 0; start < pool.sequences; start += most) {
    const end = Math.min(pool.sequences, start + most);
    const ids = pool.ids.subarray(start * pool.length, end * pool.length);
    batches.push({ ids, sequences: end - start, length: pool.length });
  }
  return batches;
}

/** How many sequences hold about `tokens` tokens: at least one. */
export const sequencesFor = (tokens: number, length: number): number => Math.max(1, Math.round(tokens / length));

/**
 * `count` indices of a pool for one purpose, without repetition while the pool lasts (a partial Fisher-Yates shuffle
 * that starts anew when the pool is used up).
 */
export function drawIndices(poolCount: number, count: number, seed: number, ...purpose: readonly (string | number)[]): number[] {
  const random = randomFor(seed, ...purpose);
  const drawn: number[] = [];
  let order: number[] = [];
  while (drawn.length < count) {
    const place = drawn.length % poolCount;
    if (place === 0) order = Array.from({ length: poolCount }, (_, index) => index);
    const other = place + random.below(poolCount - place);
    const chosen = order[other] ?? 0;
    order[other] = order[place] ?? 0;
    order[place] = chosen;
    drawn.push(chosen);
  }
  return drawn;
}
