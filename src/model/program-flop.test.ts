import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Runtime } from '../runtime/runtime.ts';
import { makeRuntime } from '../runtime/testing.ts';
import { DenseWeights } from './dense-weights.ts';
import { onModel } from './golden-checks.fixture.ts';
import { candidateSource, readGolden } from './golden.fixture.ts';
import { Transformer } from './transformer.ts';
import type { ModelWeights } from './weights.ts';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await makeRuntime();
});
afterAll(() => runtime[Symbol.asyncDispose]());

/** Elements of all projections, and of the head. */
function matrices({ spec, modules }: ModelWeights): { readonly modules: number; readonly head: number } {
  const ofModules = modules.flatMap((module) => Object.values(module?.tensors ?? {})).filter(({ shape }) => shape.length === 2);
  return { modules: ofModules.reduce((sum, { shape: [rows = 0, columns = 0] }) => sum + rows * columns, 0), head: spec.vocabulary * spec.hidden };
}

test('counts two FLOP a weight and token forward, six in training, whatever was pruned', async () => {
  const golden = await readGolden('llama-gqa');
  await onModel(runtime, await candidateSource(golden, 0), async ({ transformer, weights }) => {
    const { batch } = golden;
    const tokens = batch.ids.length;
    const { modules, head } = matrices(weights);
    using hidden = await transformer.hidden(weights, batch);
    expect(transformer.flop).toBe(2 * tokens * modules);
    await transformer.logits(weights, hidden);
    expect(transformer.flop).toBe(2 * tokens * (modules + head));
    const before = transformer.flop;
    const { loss, gradients } = await transformer.lossAndGradients(weights, batch);
    loss.dispose();
    for (const gradient of gradients.values()) gradient.dispose();
    expect(transformer.flop - before).toBe(6 * tokens * (modules + head));
  });
});

test('counts the Gram matrix of a calibration, and a head in tiles once', async () => {
  const golden = await readGolden('llama-gqa');
  await using tight = await makeRuntime({ bindingLimit: 4 * golden.source.spec.hidden * 20 });
  await using transformer = await Transformer.create(tight, golden.source.spec);
  using dense = await DenseWeights.load(tight, golden.source);
  const { batch } = golden;
  const tokens = batch.ids.length;
  const { head } = matrices(dense.weights);
  const module = dense.weights.modules.find((found) => found?.kind === 'mlp');
  if (module?.kind !== 'mlp') throw new RangeError('no MLP');
  using x = await transformer.embed(dense.weights, batch);
  const { output, gram } = await transformer.calibrate(module, x, batch);
  using hidden = output;
  gram.dispose();
  const { channels } = module;
  expect(transformer.flop).toBe(2 * tokens * (3 * channels * dense.weights.spec.hidden + channels ** 2));
  const before = transformer.flop;
  expect(dense.weights.head.length).toBeGreaterThan(1);
  using teacher = await transformer.teacher(dense.weights, hidden);
  expect(transformer.flop - before).toBe(2 * tokens * head);
  expect(teacher).toBeDefined();
});
