import type { LazyBytes } from '../base/lazy-bytes.ts';
import type { WeightSource } from '../model/weights.ts';

/** Float32 values that are held at once while a table is written. */
const VALUES_AT_ONCE = 1 << 22;

export interface WeightPieces {
  readonly source: WeightSource;
  /** Full Hugging Face name. */
  readonly name: string;
  /** Of the source: `[rows]` or `[rows, columns]`. */
  readonly shape: readonly number[];
  readonly byteLength: number;
  /** The bytes of some rows, one after the other; `columns` is 1 for a vector. */
  readonly encode: (values: Float32Array, columns: number) => Uint8Array<ArrayBuffer>;
}

/** A tensor's content in the order of its rows, encoded some rows at a time. */
export function weightPieces({ source, name, shape, byteLength, encode }: WeightPieces): LazyBytes {
  const [rows = 1, columns = 1] = shape;
  const step = Math.max(1, Math.floor(VALUES_AT_ONCE / columns));
  return {
    byteLength,
    async *pieces() {
      for (let start = 0; start < rows; start += step) {
        const end = Math.min(rows, start + step);
        yield encode(await source.readRows(name, start, end), columns);
      }
    },
  };
}
