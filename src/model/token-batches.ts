import type { TokenBatch } from './weights.ts';

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

/** Next-token targets `[T]`: the id that follows; the last position of each sequence has none and gets its own id. */
export function nextTokens({ ids, length }: TokenBatch): Int32Array {
  return ids.map((id, index) => (index % length === length - 1 ? id : (ids[index + 1] ?? id)));
}

/** Weights of the tokens in the loss `[T]`: the mean over all positions that have a next token. */
export function lossWeights({ sequences, length }: Pick<TokenBatch, 'sequences' | 'length'>): Float32Array {
  const share = 1 / (sequences * (length - 1));
  return Float32Array.from({ length: sequences * length }, (_, index) => (index % length === length - 1 ? 0 : share));
}
