/** How far two sets of logits lie apart; can be added to another such set of the same models. */
export interface LogitsDifference {
  /** Infinite if a logit of either is not a number. */
  readonly maxAbsoluteError: number;
  /** Sum of squared differences, and of the squares of the right side. */
  readonly squaredError: number;
  readonly squaredNorm: number;
  /** Positions at which both have the same largest logit, the first of equals. */
  readonly agreeing: number;
}

export const noDifference: LogitsDifference = { maxAbsoluteError: 0, squaredError: 0, squaredNorm: 0, agreeing: 0 };

/** Both together. */
export const addDifferences = (a: LogitsDifference, b: LogitsDifference): LogitsDifference => ({
  maxAbsoluteError: Math.max(a.maxAbsoluteError, b.maxAbsoluteError),
  squaredError: a.squaredError + b.squaredError,
  squaredNorm: a.squaredNorm + b.squaredNorm,
  agreeing: a.agreeing + b.agreeing,
});

/** `|left - right| / |right|`, Euclidean norms; 0 where both are all zeros. */
export const relativeError = ({ squaredError, squaredNorm }: LogitsDifference): number => (squaredError === 0 ? 0 : Math.sqrt(squaredError / squaredNorm));

/** Compares logits `[positions, vocabulary]`. Throws RangeError if they differ in size. */
export function compareLogits(left: Float32Array, right: Float32Array, vocabulary: number): LogitsDifference {
  if (left.length !== right.length) throw new RangeError(`${left.length} logits against ${right.length}`);
  let maxAbsoluteError = 0;
  let squaredError = 0;
  let squaredNorm = 0;
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
      squaredError += difference * difference;
      squaredNorm += b * b;
      if (a > (left[topLeft] ?? 0)) topLeft = index;
      if (b > (right[topRight] ?? 0)) topRight = index;
    }
    if (topLeft === topRight) agreeing += 1;
  }
  return { maxAbsoluteError, squaredError, squaredNorm, agreeing };
}
