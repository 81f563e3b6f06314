/**
 * The one rounding rule of a model card, so that its numbers can be compared with `result.json`: a whole number stands in
 * full, with commas between thousands; any other is rounded to 6 significant digits, and zeros behind are dropped. Shares
 * stand as they are there, from 0 to 1.
 */
export function figure(value: number): string {
  if (Number.isNaN(value)) return 'not a number';
  if (!Number.isFinite(value)) return value > 0 ? 'infinite' : 'minus infinite';
  const rounded = Number.isSafeInteger(value) ? value + 0 : Number(value.toPrecision(6));
  return Number.isSafeInteger(rounded) ? rounded.toLocaleString('en-US') : String(rounded);
}
