/** How far two sets of logits lie apart. */
export interface LogitsDifference {
  /** Infinite if a logit of either is not a number. */
  readonly maxAbsoluteError: number;
  /** Positions at which both have the same largest logit, the first of equals. */
  readonly agreeing: number;
}

/** Compares logits `[positions, vocabulary]`. Throws RangeError if they differ in size. */
export function compareLogits(left: Float32Array, right: Float32Array, vocabulary: number): LogitsDifference {
  if (left.length !== right.length) throw new RangeError(`${left.length} logits against ${right.length}`);
  let maxAbsoluteError = 0;
  let agreeing = 0;
  for (let start = 0; start < left.length; start += vocabulary) {
    let topLeft = start;
    let topRight = start;
    for (let index = start; index < start + vocabulary; index++) {
      const a = left[index] ?? Number.NaN;
      const b = right[index] ?? Number.NaN;
      const difference = Math.abs(a - b);
      // Not `difference > max`: NaN has to count.
      if (!(difference <= maxAbsoluteError)) maxAbsoluteError = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
      if (a > (left[topLeft] ?? 0)) topLeft = index;
      if (b > (right[topRight] ?? 0)) topRight = index;
    }
    if (topLeft === topRight) agreeing += 1;
  }
  return { maxAbsoluteError, agreeing };
}
