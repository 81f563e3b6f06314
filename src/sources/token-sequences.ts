/** Token ids of equally long sequences. */
export interface TokenSequences {
  /** `[sequences * length]` */
  readonly ids: Int32Array<ArrayBuffer>;
  readonly sequences: number;
  readonly length: number;
}

/** Cuts a token stream into sequences of `length`; a shorter rest is left out. */
export function sequences(tokens: Int32Array, length: number): TokenSequences {
  if (!Number.isSafeInteger(length) || length < 1) throw new RangeError(`no sequences of length ${length}`);
  const count = Math.floor(tokens.length / length);
  return { ids: Int32Array.from(tokens.subarray(0, count * length)), sequences: count, length };
}

/** Sequences `[start, end)` as views on the same ids. */
export function sequenceRange({ ids, sequences: count, length }: TokenSequences, start: number, end: number): TokenSequences {
  if (start < 0 || end < start || end > count) throw new RangeError(`sequences ${start} to ${end} of ${count}`);
  return { ids: ids.subarray(start * length, end * length), sequences: end - start, length };
}
