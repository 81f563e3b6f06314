import type { SourceFile } from './file-source.ts';
import { widenBfloat16, widenFloat16 } from './half-floats.ts';
import { NonFiniteWeightError } from './safetensors-errors.ts';

/** Element types that weights are read from. */
export type FloatDtype = 'F32' | 'F16' | 'BF16';

export const floatBytes: Readonly<Record<FloatDtype, number>> = { F32: 4, F16: 2, BF16: 2 };

export const isFloatDtype = (dtype: string): dtype is FloatDtype => Object.hasOwn(floatBytes, dtype);

/** Bytes that are read at once: small beside a large tensor, and large beside the cost of one read. */
export const PIECE = 1 << 24;

/** Throws {@link NonFiniteWeightError} at the first NaN or infinity; `first` is the place of `values[0]` in the tensor. */
export function checkFinite(name: string, values: Float32Array, first = 0): void {
  for (let index = 0; index < values.length; index++) {
    const value = values[index] ?? 0;
    // NaN or 0 only for finite values; cheaper than Number.isFinite.
    if (value - value !== 0) throw new NonFiniteWeightError(name, first + index, value);
  }
}

/**
 * Bytes of floats as float32, written to `result`, which has as many. The formats are little-endian, and so is every machine
 * that runs a browser or Node.
 */
export function decodeFloats(dtype: FloatDtype, bytes: Uint8Array<ArrayBuffer>, result: Float32Array): void {
  if (dtype === 'F32') {
    new Uint8Array(result.buffer, result.byteOffset, result.byteLength).set(bytes);
    return;
  }
  // A view wants an even offset; slices start at the beginning of their buffer but for odd media.
  const even = bytes.byteOffset % 2 === 0 ? bytes : Uint8Array.from(bytes);
  const halves = new Uint16Array(even.buffer, even.byteOffset, even.length / 2);
  const bits = new Uint32Array(result.buffer, result.byteOffset, result.length);
  if (dtype === 'F16') widenFloat16(halves, bits);
  else widenBfloat16(halves, bits);
}

/**
 * `count` elements of a tensor as float32. `start` is the byte of the file where they begin, `first` their place in the
 * tensor, for errors. They are read in pieces into the result, so that their stored bytes never stand whole beside it.
 * The caller has checked that the file holds them. Throws {@link NonFiniteWeightError} and what the file throws.
 */
export async function readFloat32(
  file: SourceFile,
  { name, dtype, start, count, first = 0 }: { name: string; dtype: FloatDtype; start: number; count: number; first?: number },
): Promise<Float32Array<ArrayBuffer>> {
  const size = floatBytes[dtype];
  const result = new Float32Array(count);
  const step = PIECE / size;
  for (let done = 0; done < count; done += step) {
    const end = Math.min(done + step, count);
    const values = result.subarray(done, end);
    decodeFloats(dtype, await file.slice(start + done * size, start + end * size), values);
    checkFinite(name, values, first + done);
  }
  return result;
}
