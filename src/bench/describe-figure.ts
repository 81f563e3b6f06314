import type { Figure } from './bench.ts';

/** Three significant digits, without an exponent. */
function digits(value: number): string {
  if (!Number.isFinite(value) || value === 0) return String(value);
  const decimals = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toFixed(Math.min(decimals, 6));
}

/** The number with its unit and quartiles, as `12.3 ms (11.9 to 13.0)`. */
export function figureValue({ value, unit, quartiles }: Figure): string {
  const range = quartiles === undefined ? '' : ` (${digits(quartiles[0])} to ${digits(quartiles[1])})`;
  return `${digits(value)} ${unit}${range}`;
}

/** A line for a terminal. */
export function describeFigure(figure: Figure): string {
  const line = `${figure.name.padEnd(62)} ${figureValue(figure)}`;
  return figure.note === undefined ? line : `${line}; ${figure.note}`;
}
