/** A line that keeps each value until the next: columns of equal length, from left to right. */
export interface Steps {
  readonly x: readonly number[];
  /** From `x[i]` on; null where there is no value, which lifts the line. */
  readonly y: readonly (number | null)[];
}

/** The line as an SVG path. Nothing is left out but what draws nothing: steps to the same value. */
export function stepPath({ x, y }: Steps, toX: (value: number) => number, toY: (value: number) => number): string {
  let path = '';
  let last: number | null = null;
  for (const [index, value] of y.entries()) {
    const place = (): string => toX(x[index] ?? 0).toFixed(1);
    if (value === null) {
      if (last !== null) path += `H${place()}`;
    } else if (last === null) path += `M${place()} ${toY(value).toFixed(1)}`;
    else if (value !== last) path += `H${place()}V${toY(value).toFixed(1)}`;
    last = value;
  }
  return last === null ? path : `${path}H${toX(x.at(-1) ?? 0).toFixed(1)}`;
}
