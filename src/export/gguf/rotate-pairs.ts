import { rowsOfWhole } from '../../model/row-reader.ts';
import { neededTensors } from '../../model/expected-tensors.ts';
import type { WeightSource } from '../../model/weights.ts';

const TURNED = /^model\.layers\.\d+\.self_attn\.[qk]_proj\.(weight|bias)$/;

/** Rows (or elements of a bias) of every head from `[2, head_dim / 2]` to `[head_dim / 2, 2]`. */
function interleaved(values: Float32Array, rows: number, headDim: number): Float32Array {
  const width = values.length / rows;
  const half = headDim / 2;
  const result = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) {
    const place = row % headDim;
    const from = row - place + (place % 2) * half + Math.floor(place / 2);
    result.set(values.subarray(from * width, (from + 1) * width), row * width);
  }
  return result;
}

/**
 * The same model for programs that turn neighbouring elements of a head as a pair, where Hugging Face turns those half a
 * head apart: the rows of q and k are reordered within every head, and scores stay what they are. llama.cpp's `llama` and
 * `deci` are such.
 */
export function withNeighbouringPairs(source: WeightSource): WeightSource {
  const shapes = neededTensors(source.spec);
  const rowsOf = (name: string): number => shapes.get(name)?.[0] ?? 1;
  const read = async (name: string): Promise<Float32Array> => {
    const values = await source.read(name);
    return TURNED.test(name) ? interleaved(values, rowsOf(name), source.spec.headDim) : values;
  };
  const rows = rowsOfWhole(read, rowsOf);
  return { spec: source.spec, read, readRows: (name, start, end) => (TURNED.test(name) ? rows(name, start, end) : source.readRows(name, start, end)) };
}
