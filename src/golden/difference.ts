/** Values with their shape, row-major. */
export interface Numbers {
  readonly values: ArrayLike<number>;
  readonly shape: readonly number[];
}

/** How far a tensor is from its golden; NaN wherever a NaN is involved, infinite for another shape. */
export interface Difference {
  /** Largest absolute difference of any element. */
  readonly maxAbs: number;
  /** The same over the largest absolute golden value. */
  readonly maxAbsOverMax: number;
  /** Euclidean norm of the difference. */
  readonly norm: number;
  /** The same over the norm of the golden. */
  readonly relative: number;
}

/** `part / whole`, where a whole of 0 admits only a part of 0. */
export function ratio(part: number, whole: number): number {
  if (whole !== 0) return part / whole;
  return part === 0 ? 0 : part / 0;
}

/** Relative difference of a scalar; of a golden 0 only 0 itself is not infinitely far. */
export function relativeError(actual: number, golden: number): number {
  return ratio(Math.abs(actual - golden), Math.abs(golden));
}

/** Compares element by element (the measures of the goldens' README). */
export function difference(actual: Numbers, golden: Numbers): Difference {
  const sameShape = actual.shape.join() === golden.shape.join();
  if (!sameShape || actual.values.length !== golden.values.length) {
    return { maxAbs: Infinity, maxAbsOverMax: Infinity, norm: Infinity, relative: Infinity };
  }
  let [maxAbs, squares, goldenMax, goldenSquares] = [0, 0, 0, 0];
  for (let index = 0; index < golden.values.length; index++) {
    const wanted = golden.values[index] ?? Number.NaN;
    const apart = Math.abs((actual.values[index] ?? Number.NaN) - wanted);
    // Math.max passes NaN on, which no tolerance admits.
    maxAbs = Math.max(maxAbs, apart);
    squares += apart * apart;
    goldenMax = Math.max(goldenMax, Math.abs(wanted));
    goldenSquares += wanted * wanted;
  }
  const norm = Math.sqrt(squares);
  return { maxAbs, maxAbsOverMax: ratio(maxAbs, goldenMax), norm, relative: ratio(norm, Math.sqrt(goldenSquares)) };
}

/** Places at which two lists differ, missing and surplus entries included. */
export function countDifferences(actual: ArrayLike<unknown>, golden: ArrayLike<unknown>): number {
  let differing = Math.abs(actual.length - golden.length);
  for (let index = 0; index < Math.min(actual.length, golden.length); index++) {
    if (actual[index] !== golden[index]) differing++;
  }
  return differing;
}

/** Members that only one of two sets has. */
export function symmetricDifference(one: Iterable<string>, other: Iterable<string>): string[] {
  const [left, right] = [new Set(one), new Set(other)];
  return [...[...left].filter((name) => !right.has(name)), ...[...right].filter((name) => !left.has(name))];
}
