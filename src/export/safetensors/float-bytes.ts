import { ExplainedError } from '../../base/explained-error.ts';
import { float32ToBfloat16, float32ToFloat16 } from '../../sources/half-floats.ts';
import type { SafetensorsType } from '../formats.ts';

/** A weight is too large for the element type that was asked for. */
export class WeightOutOfRangeError extends ExplainedError {
  constructor(tensor: string, type: SafetensorsType) {
    super({
      what: `A weight of ${tensor} is too large for ${type}.`,
      means: 'It would be written as infinity, so the file was given up. The pruned model itself is kept.',
      remedy: 'Export as fp32, or as bf16, whose range is as large.',
    });
  }
}

/** How an element type is called in a safetensors header, and its bytes. */
export const elementOf: Readonly<Record<SafetensorsType, { readonly dtype: string; readonly bytes: number }>> = {
  fp32: { dtype: 'F32', bytes: 4 },
  bf16: { dtype: 'BF16', bytes: 2 },
  fp16: { dtype: 'F16', bytes: 2 },
};

/** Exponents of all ones: infinity and NaN. */
const ENDLESS = { bf16: 0x7f80, fp16: 0x7c00 } as const;

/**
 * Bytes of float32 values in an element type, rounded to the nearest, ties to even; little-endian, as the format and every
 * machine that this runs on. Throws {@link WeightOutOfRangeError} where a value would become infinite; `tensor` is for that.
 */
export function floatBytes(values: Float32Array, type: SafetensorsType, tensor: string): Uint8Array<ArrayBuffer> {
  if (type === 'fp32') return new Uint8Array(Float32Array.from(values).buffer);
  const halves = type === 'fp16' ? float32ToFloat16(values) : float32ToBfloat16(values);
  const endless = ENDLESS[type];
  if (halves.some((half) => (half & endless) === endless)) throw new WeightOutOfRangeError(tensor, type);
  return new Uint8Array(halves.buffer);
}
