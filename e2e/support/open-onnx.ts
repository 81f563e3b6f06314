import { readFile } from 'node:fs/promises';
import { InferenceSession, Tensor } from 'onnxruntime-node';

/** A downloaded model, opened by an onnxruntime that is not the one that wrote it (native, for Node). */
export interface OpenedModel extends AsyncDisposable {
  /** Bytes of the file. */
  readonly bytes: number;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Declared shapes of the inputs, symbolic dims by name. */
  readonly inputShapes: Readonly<Record<string, readonly (number | string)[]>>;
  /** Logits `[tokens.length, vocabulary]`, flattened, of one sequence without a past. */
  logits(tokens: readonly number[]): Promise<Float32Array>;
}

/** Opens an exported `model.onnx`. */
export async function openOnnx(path: string): Promise<OpenedModel> {
  const file = await readFile(path);
  const session = await InferenceSession.create(file, { intraOpNumThreads: 1 });
  const inputShapes = Object.fromEntries(
    session.inputMetadata.map((input) => [input.name, input.isTensor ? input.shape : []]),
  );
  return {
    bytes: file.length,
    inputs: session.inputNames,
    outputs: session.outputNames,
    inputShapes,
    async logits(tokens) {
      const outputs = await session.run(feedsFor(tokens, inputShapes), ['logits']);
      const data = outputs['logits']?.data;
      if (!(data instanceof Float32Array)) throw new TypeError('the model returned no float32 logits');
      return data;
    },
    [Symbol.asyncDispose]: () => session.release(),
  };
}

/** Inputs for one sequence: ids, a full mask, positions from 0, and an empty cache for every layer that has one. */
function feedsFor(tokens: readonly number[], shapes: OpenedModel['inputShapes']): Record<string, Tensor> {
  const integers = (values: readonly number[]) => new Tensor('int64', BigInt64Array.from(values, BigInt), [1, values.length]);
  const feeds: Record<string, Tensor> = {};
  for (const [name, shape] of Object.entries(shapes)) {
    if (name.startsWith('past_key_values.')) feeds[name] = emptyCache(shape);
  }
  feeds['input_ids'] = integers(tokens);
  feeds['attention_mask'] = integers(tokens.map(() => 1));
  if ('num_logits_to_keep' in shapes) feeds['num_logits_to_keep'] = new Tensor('int64', BigInt64Array.of(0n), []); // all
  if ('position_ids' in shapes) feeds['position_ids'] = integers(tokens.map((_, position) => position));
  return feeds;
}

/** A cache of no tokens: `[batch, kv_heads, 0, head_dim]`. */
function emptyCache(shape: readonly (number | string)[]): Tensor {
  const [, kvHeads, , headDim] = shape;
  if (typeof kvHeads !== 'number' || typeof headDim !== 'number') throw new TypeError('the cache has no fixed heads');
  return new Tensor('float32', new Float32Array(0), [1, kvHeads, 0, headDim]);
}

/** Greedy continuations, each prompt by itself and by whole passes without a cache. */
export async function greedyTokens(path: string, prompts: readonly (readonly number[])[], count: number): Promise<number[][]> {
  await using model = await openOnnx(path);
  const results: number[][] = [];
  for (const prompt of prompts) {
    const ids = [...prompt];
    for (let made = 0; made < count; made++) {
      const logits = await model.logits(ids);
      const last = logits.subarray(logits.length - logits.length / ids.length);
      ids.push(last.reduce((best, value, index) => (value > (last[best] ?? 0) ? index : best), 0));
    }
    results.push(ids.slice(prompt.length));
  }
  return results;
}
