/** Places positive numbers on a logarithmic axis. */
export interface LogScale {
  readonly least: number;
  readonly most: number;
  readonly at: (value: number) => number;
}

/** From `[least, most]` to `[from, to]`, in logarithms; values outside are held at the ends. */
export function logScale(least: number, most: number, from: number, to: number): LogScale {
  const low = Math.log(Math.max(least, Number.MIN_VALUE));
  const span = Math.log(Math.max(most, Number.MIN_VALUE)) - low;
  return {
    least,
    most,
    at: (value) => {
      if (span <= 0 || Number.isNaN(value)) return from;
      const share = (Math.log(Math.max(value, Number.MIN_VALUE)) - low) / span;
      return from + Math.min(1, Math.max(0, share)) * (to - from);
    },
  };
}

/** The finite, positive range of some values with a little air, or null where there is none. */
export function finiteRange(values: Iterable<number>, below = 0.97, above = 1.01): readonly [least: number, most: number] | null {
  let least = Number.POSITIVE_INFINITY;
  let most = 0;
  for (const value of values) {
    if (!Number.isFinite(value) || value <= 0) continue;
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  return most > 0 ? [least * below, most * above] : null;
}
