import { afterAll, beforeAll, expect, test } from 'vitest';
import { DenseWeights } from '../model/dense-weights.ts';
import { openModel, type OpenModel } from '../model/load-model.ts';
import { Transformer } from '../model/transformer.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { makeRuntime, readFixture } from '../runtime/testing.ts';
import { MemorySource } from '../sources/memory-source.ts';
import { argmax } from '../base/argmax.ts';
import { generateGreedy } from './generate.ts';

let runtime: Runtime;
let model: OpenModel;
beforeAll(async () => {
  runtime = await makeRuntime();
  const names = ['config.json', 'model.safetensors', 'tokenizer.json', 'tokenizer_config.json'];
  const files = await Promise.all(names.map(async (name) => [name, await readFixture(`models/tiny-bytes/${name}`)] as const));
  model = await openModel(new MemorySource('tiny-bytes', new Map(files)));
});
afterAll(async () => {
  await runtime[Symbol.asyncDispose]();
});

test('greedy text is the most probable token after each prefix, whatever the padding', { timeout: 120_000 }, async () => {
  const before = runtime.live().tensors;
  await compareWithPlainSteps();
  expect(runtime.live().tensors).toBe(before);
});

async function compareWithPlainSteps(): Promise<void> {
  using dense = await DenseWeights.load(runtime, model.weights);
  await using transformer = await Transformer.create(runtime, model.spec);
  const prompt = [0, 40, 41, 42];
  const written: number[] = [];
  for await (const id of generateGreedy(transformer, dense.weights, prompt, 4, 64)) written.push(id);

  const expected: number[] = [];
  for (let step = 0; step < 4; step++) {
    const ids = Int32Array.from([...prompt, ...expected]);
    using hidden = await transformer.hidden(dense.weights, { ids, sequences: 1, length: ids.length });
    expected.push(argmax((await transformer.logits(dense.weights, hidden)).subarray(-model.spec.vocabulary)));
  }
  expect(written).toEqual(expected);
}
