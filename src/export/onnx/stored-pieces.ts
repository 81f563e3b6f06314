import type { LazyBytes } from '../../base/lazy-bytes.ts';
import type { WeightSource } from '../../model/weights.ts';
import { ELEMENT_BYTES } from '../../onnx/graph.ts';
import { blocksOf, BLOCK, quantiseQ4, roundToFloat16 } from '../quantise.ts';
import type { Q4Rows } from '../quantise.ts';
import { weightPieces } from '../weight-pieces.ts';
import { encodeFloats } from '../encode-floats.ts';
import type { FloatType } from './onnx-precision.ts';
import { transpose } from './transpose.ts';

/** Values of a turned matrix that are made at once. */
const VALUES_AT_ONCE = 1 << 22;

/** A tensor of a source. */
export interface SourceTensor {
  readonly source: WeightSource;
  /** Full Hugging Face name. */
  readonly name: string;
  readonly shape: readonly number[];
}

const elements = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

/** A tensor in the layout that it has in the source. */
export function floatPieces({ source, name, shape }: SourceTensor, type: FloatType): LazyBytes {
  const byteLength = ELEMENT_BYTES[type] * elements(shape);
  return weightPieces({ source, name, shape, byteLength, encode: (values) => encodeFloats(values, type, name) });
}

/** A matrix `[rows, columns]` as `[columns, rows]`; it is held whole while it is written, its turned form in pieces. */
export function turnedPieces({ source, name }: SourceTensor, rows: number, columns: number, type: FloatType): LazyBytes {
  const step = Math.max(1, Math.floor(VALUES_AT_ONCE / rows));
  return {
    byteLength: ELEMENT_BYTES[type] * rows * columns,
    async *pieces() {
      const values = await source.read(name);
      for (let start = 0; start < columns; start += step) {
        yield encodeFloats(transpose(values, rows, columns, start, Math.min(columns, start + step)), type, name);
      }
    },
  };
}

/** Rows `[rows, columns]` in 4 bits, the scales as they are stored: rounded to the type of the activations. */
export function fourBitRows(values: Float32Array, columns: number, type: FloatType): Q4Rows {
  return quantiseQ4(values, columns, type === 'float16' ? roundToFloat16 : Math.fround);
}

/**
 * A matrix in 4 bits, as two initializers. Scales are kept from the pass over the packed values until they are asked for, so
 * that a file with the one behind the other reads the matrix once.
 */
export function fourBitPieces(tensor: SourceTensor, rows: number, columns: number, type: FloatType): { packed: LazyBytes; scales: LazyBytes } {
  const blocks = rows * blocksOf(columns);
  let known: Float32Array | null = null;
  const pieces = (byteLength: number, part: (quantised: Q4Rows) => Uint8Array<ArrayBuffer>): LazyBytes =>
    weightPieces({ ...tensor, byteLength, encode: (values, width) => part(fourBitRows(values, width, type)) });
  const encode = (scales: Float32Array): Uint8Array<ArrayBuffer> => encodeFloats(scales, type, tensor.name);
  const packedBytes = (blocks * BLOCK) / 2;
  const scalesAnew = pieces(blocks * ELEMENT_BYTES[type], ({ scales }) => encode(scales));
  return {
    packed: {
      byteLength: packedBytes,
      async *pieces() {
        const kept = new Float32Array(blocks);
        let at = 0;
        const part = ({ packed, scales }: Q4Rows): Uint8Array<ArrayBuffer> => {
          kept.set(scales, at);
          at += scales.length;
          return packed;
        };
        yield* pieces(packedBytes, part).pieces();
        known = kept;
      },
    },
    scales: {
      byteLength: scalesAnew.byteLength,
      async *pieces() {
        const kept = known;
        known = null;
        if (kept === null) yield* scalesAnew.pieces();
        else yield encode(kept);
      },
    },
  };
}
