import { float16ToFloat32, float32ToFloat16 } from '../sources/half-floats.ts';
import { BLOCK, blocksOf } from '../sources/q4-blocks.ts';
import type { Q4Rows } from '../sources/q4-blocks.ts';

// What reads 4 bits again is where files are read.
export { BLOCK, blocksOf, dequantiseQ4 } from '../sources/q4-blocks.ts';
export type { Q4Rows } from '../sources/q4-blocks.ts';

/** The element of largest magnitude of a block, with its sign; the first of equals. */
function extreme(values: Float32Array, start: number, end: number): number {
  let most = 0;
  for (let at = start; at < end; at++) {
    const value = values[at] ?? 0;
    if (Math.abs(value) > Math.abs(most)) most = value;
  }
  return most;
}

/**
 * Rounds rows `[rows, columns]` to 4 bits: in a block `scale = m / -8`, `q = clip(round(w / scale) + 8, 0, 15)`, with `m` the
 * element of largest magnitude (block-wise round to nearest of onnxruntime's MatMulNBits). `rounding` is applied to a scale
 * before the values are divided by it, so that they fit the scale as it is stored. Throws RangeError if the values are no such matrix.
 */
export function quantiseQ4(values: Float32Array, columns: number, rounding: (scale: number) => number = Math.fround): Q4Rows {
  if (columns <= 0 || values.length % columns !== 0) throw new RangeError(`${values.length} values are no rows of ${columns}`);
  const blocks = blocksOf(columns);
  const rows = values.length / columns;
  const packed = new Uint8Array((rows * blocks * BLOCK) / 2).fill(0x88);
  const scales = new Float32Array(rows * blocks);
  for (let block = 0; block < rows * blocks; block++) {
    const row = Math.floor(block / blocks);
    const start = row * columns + (block % blocks) * BLOCK;
    const end = Math.min(start + BLOCK, (row + 1) * columns);
    const scale = rounding((extreme(values, start, end) / -8) || 0); // no -0
    scales[block] = scale;
    if (scale !== 0) packQ4(values.subarray(start, end), scale, packed.subarray((block * BLOCK) / 2));
  }
  return { packed, scales };
}

function packQ4(values: Float32Array, scale: number, packed: Uint8Array): void {
  for (const [at, value] of values.entries()) {
    const level = Math.max(0, Math.min(15, Math.round(value / scale) + 8));
    const byte = packed[at >> 1] ?? 0;
    packed[at >> 1] = at % 2 === 0 ? (byte & 0xf0) | level : (byte & 0x0f) | (level << 4);
  }
}

/** Bytes of a block of Q8_0: a float16 scale and 32 signed bytes. */
export const Q8_BLOCK_BYTES = 2 + BLOCK;

/** float16 as it will be read back. */
export const roundToFloat16 = (value: number): number => float16ToFloat32(float32ToFloat16(Float32Array.of(value)))[0] ?? 0;

/**
 * Whole blocks of 32 values as GGUF's Q8_0: `scale = max |w| / 127` as float16, `q = round(w / scale)` by the unrounded scale,
 * halves away from zero (`quantize_row_q8_0_ref` of ggml). Throws RangeError where the values are no whole blocks.
 */
export function quantiseQ8(values: Float32Array): Uint8Array<ArrayBuffer> {
  if (values.length % BLOCK !== 0) throw new RangeError(`${values.length} values are no whole blocks of ${BLOCK}`);
  const blocks = values.length / BLOCK;
  const bytes = new Uint8Array(blocks * Q8_BLOCK_BYTES);
  const view = new DataView(bytes.buffer);
  const scales = Float32Array.from({ length: blocks }, (_, block) => Math.fround(Math.abs(extreme(values, block * BLOCK, (block + 1) * BLOCK)) / 127));
  for (const [block, half] of float32ToFloat16(scales).entries()) {
    const inverse = scales[block] ? Math.fround(1 / (scales[block] ?? 1)) : 0;
    view.setUint16(block * Q8_BLOCK_BYTES, half, true);
    for (let at = 0; at < BLOCK; at++) {
      const scaled = Math.fround((values[block * BLOCK + at] ?? 0) * inverse);
      view.setInt8(block * Q8_BLOCK_BYTES + 2 + at, Math.sign(scaled) * Math.round(Math.abs(scaled)));
    }
  }
  return bytes;
}
