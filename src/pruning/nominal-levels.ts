/** Nominal levels that remove the same number of structures, and so are one level. */
export interface NominalLevel {
  readonly nominal: readonly number[];
  readonly removed: number;
}

/**
 * The levels of `structures` structures at K nominal levels above dense: level k removes `floor((2kn + K) / (2K))` of n,
 * that is `k/K * n` with halves rounded up (method section 6). Equal counts are collapsed; the last level removes all.
 * No structures are one level. Throws RangeError unless both are integers, and K positive.
 */
export function nominalLevels(structures: number, K: number): NominalLevel[] {
  if (!Number.isSafeInteger(structures) || structures < 0 || !Number.isSafeInteger(K) || K < 1) {
    throw new RangeError(`${structures} structures at ${K} levels`);
  }
  const levels: { nominal: number[]; removed: number }[] = [];
  for (let k = 0; k <= K; k++) {
    const removed = Math.floor((2 * k * structures + K) / (2 * K));
    const last = levels.at(-1);
    if (last?.removed === removed) last.nominal.push(k);
    else levels.push({ nominal: [k], removed });
  }
  return levels;
}
