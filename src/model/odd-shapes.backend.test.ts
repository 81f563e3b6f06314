import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomFor } from '../base/random.ts';
import { readFloats } from '../runtime/runtime.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { fewOnGpu, makeRuntime } from '../runtime/testing.ts';
import { DenseWeights } from './dense-weights.ts';
import { llamaTraits } from './llama-traits.ts';
import { randomModel, readerOf } from './plain-model.fixture.ts';
import { referenceLogits } from './reference-forward.fixture.ts';
import type { ReferenceModel } from './reference-forward.fixture.ts';
import type { LayerShape, ModelSpec } from './spec.ts';
import { Transformer } from './transformer.ts';
import type { TokenBatch } from './weights.ts';
import { wholeSource } from './whole-source.fixture.ts';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await makeRuntime();
});
afterAll(async () => {
  await runtime[Symbol.asyncDispose]();
});

/** float32 against float64, for logits of a few units. */
const LOGITS = 3e-5;
/** Largest error of a gradient, relative to the largest of its tensor or of the model. */
const GRADIENT = 2e-4;
/** Step of the central difference, which float64 takes well. */
const STEP = 1e-4;
/** Elements of each tensor whose gradient is compared. */
const SAMPLES = 5;

const same = (count: number, layer: LayerShape): LayerShape[] => Array.from({ length: count }, () => layer);

const plain = { ...llamaTraits, vocabulary: 13, hidden: 8, headDim: 4, maxPositions: 64 } as const;

const llama3 = { type: 'llama3', factor: 8, lowFrequencyFactor: 1, highFrequencyFactor: 4, originalPositions: 16 } as const;

/** Sizes that nothing divides, and what the families have. */
const cases: readonly (readonly [name: string, spec: ModelSpec, length: number])[] = [
  ['head_dim 2, one head', { ...plain, headDim: 2, hidden: 5, layers: same(1, { queryGroups: [1], channels: 3 }) }, 5],
  ['head_dim 6, one KV head for all, five layers', { ...plain, headDim: 6, hidden: 11, vocabulary: 17, tiedHead: false, layers: same(5, { queryGroups: [3], channels: 7 }) }, 7],
  ['head_dim 10 that is not hidden / heads, grouped', { ...plain, headDim: 10, hidden: 9, qkNorm: true, layers: same(2, { queryGroups: [2, 2], channels: 1 }) }, 6],
  ['head_dim 14, a head for each query head, biases', { ...plain, headDim: 14, hidden: 7, qkvBias: true, outputBias: true, mlpBias: true, layers: same(2, { queryGroups: [1, 1, 1], channels: 5 }) }, 3],
  ['head_dim 18, ragged groups, layers without modules', {
    ...plain,
    headDim: 18,
    hidden: 13,
    qkvBias: true,
    layers: [{ queryGroups: [], channels: 9 }, { queryGroups: [3, 1, 2], channels: 0 }, { queryGroups: [], channels: 0 }, { queryGroups: [1], channels: 11 }],
  }, 5],
  ['windows of 1 to 4 positions', { ...plain, headDim: 6, hidden: 10, windows: [1, 3, null, 4], layers: same(4, { queryGroups: [2, 1], channels: 6 }) }, 9],
  ['the scaling of Llama 3', { ...plain, headDim: 8, hidden: 15, rotary: { theta: 500_000, scaling: llama3 }, layers: same(2, { queryGroups: [2, 2], channels: 10 }) }, 11],
  ['linear scaling', { ...plain, headDim: 6, hidden: 6, rotary: { theta: 10_000, scaling: { type: 'linear', factor: 2.5 } }, layers: same(1, { queryGroups: [2], channels: 6 }) }, 8],
  ['dynamic scaling, beyond the original positions', { ...plain, headDim: 6, hidden: 6, rotary: { theta: 100, scaling: { type: 'dynamic', factor: 2, originalPositions: 5 } }, layers: same(1, { queryGroups: [2], channels: 6 }) }, 9],
  // From 64 tokens on the CPU takes queries in blocks; last, since GPUs do not.
  ['67 tokens, ragged groups, a window', { ...plain, maxPositions: 128, headDim: 4, hidden: 7, windows: [null, 20], layers: same(2, { queryGroups: [2, 1], channels: 5 }) }, 67],
];

/** Two sequences. */
function batchFor({ vocabulary }: ModelSpec, length: number): TokenBatch {
  const random = randomFor(9, 'ids');
  return { ids: Int32Array.from({ length: 2 * length }, () => Math.floor(random.unit() * vocabulary)), sequences: 2, length };
}

const rowsOf = ({ ids, sequences, length }: TokenBatch): number[][] =>
  Array.from({ length: sequences }, (_, row) => [...ids.subarray(row * length, (row + 1) * length)]);

/** Mean cross-entropy of the next tokens in float64. */
function referenceLoss(model: ReferenceModel, batch: TokenBatch): number {
  const { vocabulary } = model.spec;
  const losses = rowsOf(batch).flatMap((ids) => {
    const logits = referenceLogits(model, ids);
    return ids.slice(1).map((target, position) => {
      const row = logits.slice(position * vocabulary, (position + 1) * vocabulary);
      return Math.log(row.reduce((sum, value) => sum + Math.exp(value), 0)) - (row[target] ?? Number.NaN);
    });
  });
  return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
}

/** The slope of the loss along one element, its tensor held in float64 so that the step is exact. */
function slope(model: ReferenceModel, batch: TokenBatch, name: string, element: number): number {
  const at = (shift: number): number => {
    const moved = Float64Array.from(model.tensors.get(name) ?? []);
    moved[element] = (moved[element] ?? Number.NaN) + shift;
    return referenceLoss({ spec: model.spec, tensors: new Map([...model.tensors, [name, moved]]) }, batch);
  };
  return (at(STEP) - at(-STEP)) / (2 * STEP);
}

const largest = (values: Float32Array): number => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

async function checkLogits(transformer: Transformer, dense: DenseWeights, model: ReferenceModel, batch: TokenBatch): Promise<void> {
  using hidden = await transformer.hidden(dense.weights, batch);
  const found = await transformer.logits(dense.weights, hidden);
  const expected = rowsOf(batch).flatMap((ids) => referenceLogits(model, ids));
  expect(found.length).toBe(expected.length);
  const errors = expected.map((value, index) => Math.abs(value - (found[index] ?? Number.NaN)));
  expect(errors.every((error) => error < LOGITS), `largest error ${Math.max(...errors)}`).toBe(true);
}

async function checkGradients(transformer: Transformer, dense: DenseWeights, model: ReferenceModel, batch: TokenBatch): Promise<void> {
  const { loss: mean, gradients } = await transformer.lossAndGradients(dense.weights, batch);
  using freed = mean;
  const [loss = Number.NaN] = await readFloats(runtime, freed);
  expect(Math.abs(loss - referenceLoss(model, batch))).toBeLessThan(1e-5);
  const values = new Map<string, Float32Array>();
  for (const [name, tensor] of gradients) {
    using gradient = tensor;
    values.set(name, await readFloats(runtime, gradient));
  }
  const floor = 1e-2 * Math.max(...[...values.values()].map(largest)); // tensors that hardly matter are all rounding
  const wrong: string[] = [];
  for (const [name, gradient] of values) {
    const random = randomFor(9, name);
    for (let sample = 0; sample < SAMPLES; sample++) {
      const element = Math.floor(random.unit() * gradient.length);
      const error = Math.abs((gradient[element] ?? Number.NaN) - slope(model, batch, name, element)) / Math.max(floor, largest(gradient));
      if (!(error <= GRADIENT)) wrong.push(`${name}[${element}]: ${error}`);
    }
  }
  expect(wrong).toEqual([]);
}

describe.each(fewOnGpu(cases, cases.length - 1))('%s', (_, spec, length) => {
  it('has the logits, the loss and the gradients of a plain forward in float64', async () => {
    const model = randomModel(spec, 5);
    const batch = batchFor(spec, length);
    const before = runtime.live();
    {
      await using transformer = await Transformer.create(runtime, spec);
      using dense = await DenseWeights.load(runtime, wholeSource(spec, readerOf(model)));
      await checkLogits(transformer, dense, model, batch);
      await checkGradients(transformer, dense, model, batch);
    }
    expect(runtime.live()).toMatchObject({ tensors: before.tensors, bytes: before.bytes });
  });
});
