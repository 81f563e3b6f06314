import { readFloats } from '../runtime/runtime.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { neededTensors } from './expected-tensors.ts';
import { EMBEDDING, HEAD, trainableTensors } from './parameters.ts';
import { rowsOfWhole } from './row-reader.ts';
import type { Table } from './table.ts';
import type { ModelWeights, WeightSource } from './weights.ts';

/**
 * The weights of a model on the device as a source to read from, by their full Hugging Face names. Of a table in tiles, rows
 * are read a tile at a time. Throws RangeError for a name that the model does not have.
 */
export function liveWeights(runtime: Runtime, weights: ModelWeights): WeightSource {
  const { spec } = weights;
  const shapes = neededTensors(spec);
  const tensors = trainableTensors(weights, { embeddings: false });
  const tableOf = (name: string): Table | null => {
    if (name === EMBEDDING) return weights.embedding;
    return name === HEAD && !spec.tiedHead ? weights.head : null;
  };
  const read = async (name: string): Promise<Float32Array> => {
    const table = tableOf(name);
    if (table) return readRowsOf(runtime, table, spec.hidden, 0, spec.vocabulary);
    const tensor = tensors.get(name);
    if (tensor === undefined) throw new RangeError(`the model has no ${name}`);
    return readFloats(runtime, tensor);
  };
  const rows = rowsOfWhole(read, (name) => shapes.get(name)?.[0] ?? 1);
  return {
    spec,
    read,
    readRows: async (name, start, end) => {
      const table = tableOf(name);
      return table && table.length > 1 ? readRowsOf(runtime, table, spec.hidden, start, end) : rows(name, start, end);
    },
  };
}

/** Rows `[start, end)` of a table, joined from the tiles that hold them. */
async function readRowsOf(runtime: Runtime, table: Table, width: number, start: number, end: number): Promise<Float32Array> {
  const [first] = table;
  if (table.length === 1 && first && start === first.start && end === first.end) return readFloats(runtime, first.tensor);
  const joined = new Float32Array((end - start) * width);
  for (const tile of table) {
    const [from, to] = [Math.max(start, tile.start), Math.min(end, tile.end)];
    if (from >= to) continue;
    const values = await readFloats(runtime, tile.tensor);
    joined.set(values.subarray((from - tile.start) * width, (to - tile.start) * width), (from - start) * width);
  }
  return joined;
}
