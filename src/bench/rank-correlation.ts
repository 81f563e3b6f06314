/** Ranks from 1, equal values their mean rank. */
function ranks(values: readonly number[]): number[] {
  return values.map((value) => {
    const below = values.filter((other) => other < value).length;
    const equal = values.filter((other) => other === value).length;
    return below + (equal + 1) / 2;
  });
}

/**
 * Spearman's rank correlation: Pearson's of the ranks (Spearman 1904), 1 for the same order; NaN where one side is all alike.
 * Throws RangeError for lists of unlike length.
 */
export function rankCorrelation(left: readonly number[], right: readonly number[]): number {
  if (left.length !== right.length) throw new RangeError(`${left.length} values against ${right.length}`);
  const mean = (left.length + 1) / 2;
  const a = ranks(left).map((rank) => rank - mean);
  const b = ranks(right).map((rank) => rank - mean);
  const product = (x: readonly number[], y: readonly number[]): number => x.reduce((sum, value, index) => sum + value * (y[index] ?? 0), 0);
  return product(a, b) / Math.sqrt(product(a, a) * product(b, b));
}
