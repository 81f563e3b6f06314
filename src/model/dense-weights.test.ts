import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Runtime } from '../runtime/runtime.ts';
import { createWasmRuntime } from '../runtime/wasm-runtime.ts';
import { DenseWeights, WeightSizeError } from './dense-weights.ts';
import { expectedTensors } from './expected-tensors.ts';
import { trainableTensors } from './parameters.ts';
import type { ModelSpec } from './spec.ts';
import type { WeightSource } from './weights.ts';
import { wholeSource } from './whole-source.fixture.ts';

const spec: ModelSpec = {
  family: 'qwen3',
  vocabulary: 5,
  hidden: 4,
  headDim: 2,
  rmsEpsilon: 1e-6,
  rotary: { theta: 10_000, scaling: null },
  maxPositions: 16,
  tiedHead: false,
  qkvBias: true,
  outputBias: true,
  mlpBias: true,
  qkNorm: true,
  windows: null,
  layers: [
    { queryGroups: [2, 1], channels: 3 },
    { queryGroups: [], channels: 2 },
    { queryGroups: [1], channels: 0 },
  ],
};

const sizes = new Map([...expectedTensors(spec)].map(([name, shape]) => [name, shape.reduce((product, dim) => product * dim, 1)]));
const source = (change: (name: string, size: number) => number = (_, size) => size): WeightSource => wholeSource(spec, async (name) => new Float32Array(change(name, sizes.get(name) ?? -1)));

let runtime: Runtime;
beforeAll(async () => {
  runtime = await createWasmRuntime({ threads: 1 });
});
afterAll(() => runtime[Symbol.asyncDispose]());

it('puts every tensor of every module in its place, and nothing for removed modules', async () => {
  using dense = await DenseWeights.load(runtime, source());
  const { modules } = dense.weights;
  expect(modules.map((module) => module?.kind ?? null)).toEqual(['attention', 'mlp', null, 'mlp', 'attention', null]);
  expect(modules[0]?.tensors['self_attn.q_proj.weight']?.shape).toEqual([6, 4]);
  expect(modules[4]?.tensors['self_attn.o_proj.bias']?.shape).toEqual([4]);
  const trainable = [...trainableTensors(dense.weights).keys()];
  const unread = ['model.layers.1.input_layernorm.weight', 'model.layers.2.post_attention_layernorm.weight'];
  expect(trainable.sort()).toEqual([...sizes.keys()].filter((name) => !unread.includes(name)).sort());
  expect(runtime.live().tensors).toBe(trainable.length);
});

it('leaves nothing on the device when a tensor has the wrong size', async () => {
  const broken = source((name, size) => (name === 'model.layers.1.mlp.up_proj.bias' ? size + 1 : size));
  await expect(DenseWeights.load(runtime, broken)).rejects.toThrow(WeightSizeError);
  expect(runtime.live().tensors).toBe(0);
});
