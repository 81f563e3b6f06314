interface Field {
  readonly width: number;
  readonly top: number;
  readonly bottom: number;
}

/** Steps from uniform down the values, the best at the bottom of the field; `end`: where the last lies, `top`: where uniform does. */
export function curvePath(curve: readonly number[], uniform: number, { width, top, bottom }: Field): { readonly path: string; readonly end: readonly [x: number, y: number]; readonly top: number } {
  const [most, least] = [Math.max(uniform, ...curve), Math.min(uniform, ...curve)];
  const y = (value: number): number => bottom - ((value - least) / (most - least || 1)) * (bottom - top);
  const x = (index: number): number => ((index + 1) / Math.max(1, curve.length)) * width;
  const steps = curve.map((value, index) => `H${x(index).toFixed(1)}V${y(value).toFixed(1)}`).join('');
  return { path: `M0 ${y(uniform).toFixed(1)}${steps}`, end: [curve.length === 0 ? 0 : width, y(curve.at(-1) ?? uniform)], top: y(uniform) };
}
