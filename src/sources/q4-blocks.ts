/** Values that share a scale, along the input dimension of a matrix. */
export const BLOCK = 32;

/** Bytes of a block of 4-bit values. */
export const Q4_BLOCK_BYTES = BLOCK / 2;

/** Blocks of a row of this many values; the last may be padded with zeros. */
export const blocksOf = (columns: number): number => Math.ceil(columns / BLOCK);

/** A matrix in 4 bits as MatMulNBits reads it. */
export interface Q4Rows {
  /** `[rows, blocks, 16]`: two values a byte, the first in the low nibble; 8 stands for zero. */
  readonly packed: Uint8Array<ArrayBuffer>;
  /** `[rows, blocks]` */
  readonly scales: Float32Array<ArrayBuffer>;
}

/** The values that rows in 4 bits stand for, `(q - 8) * scale`; written to `result` `[rows, columns]`, which is returned. */
export function dequantiseQ4(
  { packed, scales }: Q4Rows,
  columns: number,
  result: Float32Array<ArrayBuffer> = new Float32Array((scales.length / Math.max(1, blocksOf(columns))) * columns),
): Float32Array<ArrayBuffer> {
  const blocks = blocksOf(columns);
  let at = 0;
  for (const [block, scale] of scales.entries()) {
    const length = Math.min(BLOCK, columns - (block % blocks) * BLOCK);
    for (let place = 0; place < length; place++) {
      const byte = packed[block * Q4_BLOCK_BYTES + (place >> 1)] ?? 0;
      result[at++] = ((place % 2 === 0 ? byte & 0x0f : byte >> 4) - 8) * scale;
    }
  }
  return result;
}
