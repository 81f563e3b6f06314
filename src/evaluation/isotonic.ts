/**
 * The never increasing sequence nearest to the values in squares, by pooling adjacent violators (Barlow, Bartholomew, Bremner and
 * Brunk, Statistical Inference under Order Restrictions, 1972): neighbours in the wrong order get their common mean.
 */
export function neverIncreasing(values: readonly number[]): number[] {
  const pools: { mean: number; size: number }[] = [];
  for (const value of values) {
    let pool = { mean: value, size: 1 };
    for (let before = pools.at(-1); before !== undefined && before.mean < pool.mean; before = pools.at(-1)) {
      pools.pop();
      const size = before.size + pool.size;
      pool = { mean: (before.mean * before.size + pool.mean * pool.size) / size, size };
    }
    pools.push(pool);
  }
  return pools.flatMap(({ mean, size }) => Array.from({ length: size }, () => mean));
}
