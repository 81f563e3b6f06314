import { float32ToFloat16 } from '../../sources/half-floats.ts';
import { Float16RangeError } from './onnx-export-errors.ts';
import type { FloatType } from './onnx-precision.ts';

/** The smallest magnitude that becomes infinite in float16. */
const BEYOND_FLOAT16 = 65520;

/**
 * Values of a tensor as the bytes of a file, in memory of their own. Throws {@link Float16RangeError}, which names the
 * tensor, where a value would become infinite.
 */
export function encodeFloats(values: Float32Array, type: FloatType, name: string): Uint8Array<ArrayBuffer> {
  if (type === 'float32') return Uint8Array.from(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  const beyond = values.find((value) => Math.abs(value) >= BEYOND_FLOAT16);
  if (beyond !== undefined) throw new Float16RangeError(name, beyond);
  return new Uint8Array(float32ToFloat16(values).buffer);
}
