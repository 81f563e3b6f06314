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

/** float16 bit patterns to float32, exactly. */
export function float16ToFloat32(halves: Uint16Array): Float32Array<ArrayBuffer> {
  float16Bits ??= Uint32Array.from({ length: 0x1_0000 }, (_, half) => widen(half));
  const result = new Float32Array(halves.length);
  const bits = new Uint32Array(result.buffer);
  for (let index = 0; index < halves.length; index++) bits[index] = float16Bits[halves[index] ?? 0] ?? 0;
  return result;
}

/** bfloat16 bit patterns to float32, exactly: they are its upper halves. */
export function bfloat16ToFloat32(halves: Uint16Array): Float32Array<ArrayBuffer> {
  const result = new Float32Array(halves.length);
  const bits = new Uint32Array(result.buffer);
  for (let index = 0; index < halves.length; index++) bits[index] = (halves[index] ?? 0) << 16;
  return result;
}
