import { afterAll, beforeAll, expect, it } from 'vitest';
import { DenseWeights } from '../model/dense-weights.ts';
import { readGolden } from '../model/golden.fixture.ts';
import { Transformer } from '../model/transformer.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { makeRuntime } from '../runtime/testing.ts';
import { roundingSensitivity } from './rounding-sensitivity.ts';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await makeRuntime();
});
afterAll(async () => {
  await runtime[Symbol.asyncDispose]();
});

it('is of the size of float32 rounding in a small model, grows with its head, and frees what it made', async () => {
  const { source, batch } = await readGolden('llama-mha');
  await using transformer = await Transformer.create(runtime, source.spec);
  using dense = await DenseWeights.load(runtime, source);
  const { weights } = dense;
  const measure = async (): Promise<number> => {
    using hidden = await transformer.hidden(weights, batch);
    return await roundingSensitivity({ runtime, transformer, weights, batch, logits: await transformer.logits(weights, hidden) });
  };
  const before = runtime.live().tensors;
  const plain = await measure();
  expect(plain).toBeGreaterThan(0);
  expect(plain).toBeLessThan(1e-4);
  // Logits a thousand times as large differ by about a thousand times as much.
  await runtime.write(weights.finalNorm, new Float32Array(source.spec.hidden).fill(1000));
  expect(await measure()).toBeGreaterThan(100 * plain);
  // Besides what attention needs for a batch of this shape, which stays with the transformer.
  const after = runtime.live().tensors;
  await measure();
  expect(runtime.live().tensors).toBe(after);
  expect(after).toBeGreaterThanOrEqual(before);
});
