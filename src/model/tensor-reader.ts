import { readFloats } from '../runtime/runtime.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { EMBEDDING, HEAD, trainableTensors } from './parameters.ts';
import type { Table } from './table.ts';
import type { ModelWeights } from './weights.ts';

/**
 * Reads a model's tensors back by their full Hugging Face names. A table in tiles is read tile by tile and joined, so the
 * host then holds all of it. Throws RangeError for a name that the model does not have.
 */
export function tensorReader(runtime: Runtime, weights: ModelWeights): (name: string) => Promise<Float32Array> {
  const tensors = trainableTensors(weights, { embeddings: false });
  return async (name) => {
    if (name === EMBEDDING) return readTable(runtime, weights.embedding);
    if (name === HEAD && !weights.spec.tiedHead) return readTable(runtime, weights.head);
    const tensor = tensors.get(name);
    if (tensor === undefined) throw new RangeError(`the model has no ${name}`);
    return readFloats(runtime, tensor);
  };
}

async function readTable(runtime: Runtime, table: Table): Promise<Float32Array> {
  const [first, ...more] = table;
  if (first !== undefined && more.length === 0) return readFloats(runtime, first.tensor);
  const joined = new Float32Array(table.reduce((sum, { tensor }) => sum + tensor.bytes, 0) / Float32Array.BYTES_PER_ELEMENT);
  for (const { start, tensor } of table) joined.set(await readFloats(runtime, tensor), start * (tensor.shape[1] ?? 0));
  return joined;
}
