/** float32 bits of every float16; 256 KB, built at first use. */
let float16Bits: Uint32Array | null = null;

/** float32 bits of one IEEE 754 binary16 value. */
function widen(half: number): number {
  const sign = (half & 0x8000) << 16;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0x1f) return sign | 0x7f80_0000 | (fraction << 13); // infinity, NaN
  if (exponent > 0) return sign | ((exponent + 127 - 15) << 23) | (fraction << 13);
  if (fraction === 0) return sign;
  // Subnormal, fraction * 2^-24: a normal float32 with the leading one shifted out.
  const shift = Math.clz32(fraction) - 21;
  return sign | ((127 - 14 - shift) << 23) | ((fraction << (13 + shift)) & 0x7f_ffff);
}

/** float32 bits of float16 bit patterns, written to `bits`, which is as long. */
export function widenFloat16(halves: Uint16Array, bits: Uint32Array): void {
  float16Bits ??= Uint32Array.from({ length: 0x1_0000 }, (_, half) => widen(half));
  for (let index = 0; index < halves.length; index++) bits[index] = float16Bits[halves[index] ?? 0] ?? 0;
}

/** float32 bits of bfloat16 bit patterns, which are their upper halves; written to `bits`, which is as long. */
export function widenBfloat16(halves: Uint16Array, bits: Uint32Array): void {
  for (let index = 0; index < halves.length; index++) bits[index] = (halves[index] ?? 0) << 16;
}

/** float16 bit patterns to float32, exactly. */
export function float16ToFloat32(halves: Uint16Array): Float32Array<ArrayBuffer> {
  const result = new Float32Array(halves.length);
  widenFloat16(halves, new Uint32Array(result.buffer));
  return result;
}

/** bfloat16 bit patterns to float32, exactly. */
export function bfloat16ToFloat32(halves: Uint16Array): Float32Array<ArrayBuffer> {
  const result = new Float32Array(halves.length);
  widenBfloat16(halves, new Uint32Array(result.buffer));
  return result;
}

/** Largest finite float16. */
export const LARGEST_FLOAT16 = 65504;

/** Bits of the float16 nearest to the float32 of these bits, ties to even; beyond the range infinity, NaN stays NaN. */
function narrow(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fff_ffff;
  if (magnitude > 0x7f80_0000) return sign | 0x7e00; // NaN
  if (magnitude >= 0x477f_f000) return sign | 0x7c00; // 65520 and more
  const odd = (magnitude >> 13) & 1;
  if (magnitude >= 0x3880_0000) return sign | ((magnitude - ((127 - 15) << 23) + 0xfff + odd) >> 13);
  // Below 2^-14: a whole number of steps of 2^-24.
  const shift = 126 - (magnitude >> 23);
  if (shift > 24) return sign;
  const fraction = (magnitude & 0x7f_ffff) | 0x80_0000;
  return sign | ((fraction + (1 << (shift - 1)) - 1 + ((fraction >> shift) & 1)) >> shift);
}

/** float32 to the nearest float16 bit patterns, ties to even. Magnitudes of 65520 and more become infinity. */
export function float32ToFloat16(values: Float32Array): Uint16Array<ArrayBuffer> {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const halves = new Uint16Array(values.length);
  for (let index = 0; index < halves.length; index++) halves[index] = narrow(bits[index] ?? 0);
  return halves;
}

/** float32 to the nearest bfloat16 bit patterns, ties to even; NaN stays NaN. */
export function float32ToBfloat16(values: Float32Array): Uint16Array<ArrayBuffer> {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const halves = new Uint16Array(values.length);
  for (const [index, value] of bits.entries()) {
    const rounded = (value + 0x7fff + ((value >>> 16) & 1)) >>> 16;
    halves[index] = (value & 0x7fff_ffff) > 0x7f80_0000 ? (value >>> 16) | 0x40 : rounded;
  }
  return halves;
}
