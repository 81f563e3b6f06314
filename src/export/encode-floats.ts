import { float32ToBfloat16, float32ToFloat16 } from '../sources/half-floats.ts';
import { WeightOutOfRangeError } from './export-errors.ts';

/** Exponents of all ones: infinity and NaN. */
const ENDLESS = { float16: 0x7c00, bfloat16: 0x7f80 } as const;

/**
 * Values of a tensor as the bytes of a file, in memory of their own: rounded to the nearest, ties to even, little-endian as
 * every machine that this runs on. Throws {@link WeightOutOfRangeError}, which names the tensor, where a value would become
 * infinite.
 */
export function encodeFloats(values: Float32Array, type: 'float32' | 'float16' | 'bfloat16', tensor: string): Uint8Array<ArrayBuffer> {
  if (type === 'float32') return new Uint8Array(Float32Array.from(values).buffer);
  const halves = type === 'float16' ? float32ToFloat16(values) : float32ToBfloat16(values);
  const endless = ENDLESS[type];
  if (halves.some((half) => (half & endless) === endless)) throw new WeightOutOfRangeError(tensor, type);
  return new Uint8Array(halves.buffer);
}
