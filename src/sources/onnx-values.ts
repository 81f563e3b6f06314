import type { SourceFile } from './file-source.ts';
import type { Initializer } from './onnx-header.ts';
import { blocksOf, dequantiseQ4, Q4_BLOCK_BYTES } from './q4-blocks.ts';
import { checkFinite, decodeFloats, floatBytes, PIECE, readFloat32 } from './read-float32.ts';
import type { FloatDtype } from './read-float32.ts';
import { turnBlock } from './turn-block.ts';

/** Reads that wait for each other: more do not make a medium faster. */
const READS = 64;

/** Floats as they lie in a file. */
export type FloatInitializer = Initializer & { readonly type: FloatDtype };

export const isFloats = (initializer: Initializer): initializer is FloatInitializer => initializer.type !== 'U8';

/** A matrix in blocks of 4 bits, `[rows, blocks, 16]`, and the scales of the blocks. */
export interface Q4Initializers {
  readonly packed: Initializer;
  readonly scales: FloatInitializer;
  /** Columns of the matrix; the last block of a row may hold more. */
  readonly columns: number;
}

/** Rows `[from, to)` of a matrix that is stored turned, which are columns of what is stored. Throws NonFiniteWeightError. */
export async function readTurned(file: SourceFile, { name, type, dims, start }: FloatInitializer, from: number, to: number): Promise<Float32Array<ArrayBuffer>> {
  const [storedRows = 0, storedColumns = 0] = dims;
  const size = floatBytes[type];
  const width = to - from;
  const result = new Float32Array(width * storedRows);
  if (result.length === 0) return result;
  const whole = width === storedColumns;
  // A block, and the bytes it is read from.
  const fitting = Math.max(1, Math.floor(PIECE / 2 / (Float32Array.BYTES_PER_ELEMENT * width)));
  const step = whole ? fitting : Math.min(fitting, READS);
  for (let top = 0; top < storedRows; top += step) {
    const rows = Math.min(step, storedRows - top);
    const block = new Float32Array(rows * width);
    const read = async (row: number, values: Float32Array): Promise<void> => {
      const place = start + size * ((top + row) * storedColumns + from);
      decodeFloats(type, await file.slice(place, place + size * values.length), values);
    };
    await (whole ? read(0, block) : Promise.all(Array.from({ length: rows }, (_, row) => read(row, block.subarray(row * width, (row + 1) * width)))));
    turnBlock(block, width, result, storedRows, top);
  }
  checkFinite(name, result, from * storedRows);
  return result;
}

/** Rows `[from, to)` of a matrix in 4 bits, of which `files` hold blocks and scales. `name` is the matrix's. Throws NonFiniteWeightError. */
export async function readQ4(
  files: { readonly packed: SourceFile; readonly scales: SourceFile },
  name: string,
  { packed, scales, columns }: Q4Initializers,
  { from, to }: { from: number; to: number },
): Promise<Float32Array<ArrayBuffer>> {
  const result = new Float32Array((to - from) * columns);
  if (result.length === 0) return result;
  const blocks = blocksOf(columns);
  const step = Math.max(1, Math.floor(PIECE / 2 / (blocks * Q4_BLOCK_BYTES)));
  for (let row = from; row < to; row += step) {
    const end = Math.min(row + step, to);
    const start = scales.start + row * blocks * floatBytes[scales.type];
    const [bytes, factors] = await Promise.all([
      files.packed.slice(packed.start + row * blocks * Q4_BLOCK_BYTES, packed.start + end * blocks * Q4_BLOCK_BYTES),
      readFloat32(files.scales, { name: scales.name, dtype: scales.type, start, count: (end - row) * blocks, first: row * blocks }),
    ]);
    const values = result.subarray((row - from) * columns, (end - from) * columns);
    dequantiseQ4({ packed: bytes, scales: factors }, columns, values);
    checkFinite(name, values, row * columns); // a large scale times 8
  }
  return result;
}
