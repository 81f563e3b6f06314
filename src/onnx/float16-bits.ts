/** Magnitudes from here on round to infinity. */
const BEYOND = 65520;
/** Binary exponent of the smallest normal float16; below it steps stay as large. */
const SMALLEST = -14;
/** Bits of the fraction. */
const FRACTION = 10;

/** The whole number nearest to a positive one, ties to even. */
function roundToEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  if (rest === 0.5) return below + (below % 2);
  return rest < 0.5 ? below : below + 1;
}

/** The largest `e` with `2^e <= magnitude`; the logarithm alone may be off by one beside a power of two. */
function exponentOf(magnitude: number): number {
  const near = Math.round(Math.log2(magnitude));
  return 2 ** near <= magnitude ? near : near - 1;
}

/**
 * Bits of the float16 (IEEE 754 binary16) nearest to a number, ties to even. For constants of a graph; arrays are converted
 * by src/sources, which is above this folder.
 */
export function float16Bits(value: number): number {
  if (Number.isNaN(value)) return 0x7e00;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const magnitude = Math.abs(value);
  if (magnitude >= BEYOND) return sign | 0x7c00;
  if (magnitude === 0) return sign;
  const exponent = Math.max(SMALLEST, exponentOf(magnitude));
  // A normal number has 1024 steps or more: the leading one adds to the exponent's field, and so does a carry.
  return sign | (((exponent - SMALLEST) << FRACTION) + roundToEven(magnitude / 2 ** (exponent - FRACTION)));
}
