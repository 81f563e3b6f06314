/** Tokens for timing, spread over the vocabulary: what they say does not matter. */
export const variedTokens = (count: number, vocabulary: number): Int32Array<ArrayBuffer> =>
  Int32Array.from({ length: count }, (_, index) => (index * 7919 + 13) % vocabulary);
