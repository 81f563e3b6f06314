import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { collectBytes } from '../../base/lazy-bytes.ts';
import { llamaTraits } from '../../model/llama-traits.ts';
import { randomModel, readerOf, specArbitrary } from '../../model/plain-model.fixture.ts';
import { referenceLogits } from '../../model/reference-forward.fixture.ts';
import type { PlainModel } from '../../model/reference-forward.fixture.ts';
import { inverseFrequencies } from '../../model/rotary-tables.ts';
import type { LayerShape, ModelSpec } from '../../model/spec.ts';
import { wholeSource } from '../../model/whole-source.fixture.ts';
import { roundToFloat16 } from '../quantise.ts';
import { enclosingShape } from '../rewrite/padded.ts';
import { planOf, tinyCompanions } from './gguf.fixture.ts';
import { GgufUnavailableError, ggufUnavailable } from './gguf-unavailable.ts';
import { modelOf, readGguf } from './read-gguf.fixture.ts';

/** Weights that float16 holds exactly; vectors stay what they are, as in the file. */
function halfModel(spec: ModelSpec, seed: number): PlainModel {
  const { tensors } = randomModel(spec, seed);
  return { spec, tensors: new Map([...tensors].map(([name, values]) => [name, /norm|bias/.test(name) ? values : values.map(roundToFloat16)])) };
}

const writable = specArbitrary.map((spec) => ({ ...spec, windows: null }));
const shapes = fc.constantFrom('irregular' as const, 'padded' as const);

/** Largest difference, relative to the largest of the wanted. */
function difference(actual: readonly number[], wanted: readonly number[]): number {
  expect(actual).toHaveLength(wanted.length);
  return Math.max(...wanted.map((value, index) => Math.abs((actual[index] ?? Number.NaN) - value))) / Math.max(...wanted.map(Math.abs));
}

describe('planGguf', () => {
  test('what another reader finds computes what the model computes, whatever the layers', async () => {
    const property = fc.asyncProperty(writable, shapes, fc.nat(), async (spec, shape, seed) => {
      fc.pre(ggufUnavailable(spec, { shape, dense: enclosingShape(spec), companions: tinyCompanions }) === null);
      const model = halfModel(spec, seed);
      const file = await readGguf(await collectBytes(planOf(model, { shape }).content));
      const ids = [1, 4, 0, 3, 3];
      expect(difference(referenceLogits(modelOf(file, spec), ids), referenceLogits(model, ids))).toBeLessThan(1e-9);
    });
    await fc.assert(property, { numRuns: 60 });
  });

  test('Q8_0 is near to it, with quantised rows wherever they are whole blocks', async () => {
    const spec = { ...regular, hidden: 64, headDim: 16, layers: [layer([2, 1], 33), layer([], 40), layer([2], 0)] };
    const model = randomModel(spec, 7);
    const file = await readGguf(await collectBytes(planOf(model, { type: 'q8_0' }).content));
    expect(file.metadata['general.file_type']).toBe(7);
    expect(file.metadata['deci.feed_forward_length']).toEqual([64, 64, 32]);
    for (const [name, { shape, type }] of file.tensors) expect([name, type]).toEqual([name, shape.length === 1 ? 'F32' : (shape[1] ?? 0) % 32 === 0 ? 'Q8_0' : 'F16']);
    const ids = [1, 4, 0, 3];
    expect(difference(referenceLogits(modelOf(file, spec), ids), referenceLogits(model, ids))).toBeLessThan(0.05);
    const mixed = await readGguf(await collectBytes(planOf(randomModel({ ...spec, hidden: 40 }, 7), { type: 'q8_0' }).content));
    expect(['token_embd.weight', 'blk.0.ffn_up.weight', 'blk.0.ffn_down.weight', 'blk.0.attn_norm.weight'].map((name) => mixed.tensors.get(name)?.type)).toEqual([
      'F16',
      'F16',
      'Q8_0',
      'F32',
    ]);
  });

  test('tensors stand in order at multiples of 32 and fill the file to its stated end', async () => {
    const property = fc.asyncProperty(writable, shapes, fc.constantFrom('f16' as const, 'q8_0' as const), async (spec, shape, type) => {
      fc.pre(ggufUnavailable(spec, { shape, dense: enclosingShape(spec), companions: tinyCompanions }) === null);
      const { content } = planOf(randomModel(spec, 1), { shape, type });
      const bytes = await collectBytes(content);
      expect(bytes.length).toBe(content.byteLength);
      const { tensors, dataStart } = await readGguf(bytes);
      expect(dataStart % 32).toBe(0);
      let end = 0;
      for (const { offset, byteLength } of tensors.values()) {
        expect(offset).toBe(Math.ceil(end / 32) * 32);
        end = offset + byteLength;
      }
      expect(bytes.length).toBe(dataStart + Math.ceil(end / 32) * 32);
    });
    await fc.assert(property, { numRuns: 60 });
  });

  test.each([
    ['a regular Llama', {}, 'llama'],
    ['Qwen2 as wide as its heads', { qkvBias: true }, 'qwen2'],
    ['Qwen2 that has lost heads', { qkvBias: true, layers: [{ queryGroups: [1], channels: 5 }] }, 'llama'],
    ['Llama with all biases', { qkvBias: true, outputBias: true, mlpBias: true }, 'llama'],
    ['Qwen3', { qkNorm: true, tiedHead: false }, 'qwen3'],
    ['a Llama that has lost whole layers and single modules', { layers: [layer([2], 5), layer([], 0), layer([2], 0), layer([], 5)] }, 'llama'],
    ['irregular Llama', { layers: [layer([2], 5), layer([2], 6)] }, 'deci'],
    ['irregular Qwen3', { qkNorm: true, layers: [layer([2], 5), layer([2], 6)] }, 'openelm'],
    ['a model without any layer left', { layers: [layer([], 0)] }, 'llama'],
  ] as const)('%s', async (_what, changes, architecture) => {
    const spec: ModelSpec = { ...regular, ...changes };
    const { metadata, tensors } = await readGguf(await collectBytes(planOf(randomModel(spec, 2)).content));
    expect(metadata['general.architecture']).toBe(architecture);
    const sizes = metadata[`${architecture}.feed_forward_length`];
    expect(Array.isArray(sizes)).toBe(['deci', 'openelm'].includes(architecture));
    expect(tensors.has('blk.0.attn_qkv.weight')).toBe(architecture === 'openelm');
  });

  test('says what the model is', async () => {
    const spec: ModelSpec = { ...regular, rotary: { theta: 500_000, scaling: { type: 'linear', factor: 4 } } };
    const file = planOf(randomModel(spec, 2), { name: 'Tiny', path: 'tiny.gguf', licence: 'mit' });
    expect(file.path).toBe('tiny.gguf');
    const { metadata } = await readGguf(await collectBytes(file.content));
    expect(metadata).toMatchObject({
      'general.name': 'Tiny',
      'general.license': 'mit',
      'general.file_type': 1,
      'llama.block_count': 2,
      'llama.context_length': 64,
      'llama.embedding_length': 8,
      'llama.attention.head_count': 2,
      'llama.attention.head_count_kv': 1,
      'llama.attention.key_length': 4,
      'llama.attention.value_length': 4,
      'llama.rope.dimension_count': 4,
      'llama.rope.freq_base': 500_000,
      'llama.rope.scaling.type': 'linear',
      'llama.rope.scaling.factor': 4,
      'llama.vocab_size': 9,
    });
    expect(metadata['llama.attention.layer_norm_rms_epsilon']).toBeCloseTo(1e-5, 12);
  });

  test('Llama 3 positions become factors of the speeds', async () => {
    const scaling = { type: 'llama3', factor: 8, lowFrequencyFactor: 1, highFrequencyFactor: 4, originalPositions: 16 } as const;
    const spec: ModelSpec = { ...regular, headDim: 8, rotary: { theta: 10_000, scaling } };
    const { tensors, metadata } = await readGguf(await collectBytes(planOf(randomModel(spec, 2)).content));
    const factors = tensors.get('rope_freqs.weight');
    const plain = inverseFrequencies(8, { theta: 10_000, scaling: null });
    const scaled = inverseFrequencies(8, spec.rotary);
    expect([...(factors?.values ?? [])].map((factor, pair) => (plain[pair] ?? 0) / factor)).toEqual([...scaled].map((speed) => expect.closeTo(speed, 7)));
    expect(metadata['llama.rope.scaling.type']).toBeUndefined();
  });

  test('is the same bytes every time, and reads nothing before it is written', async () => {
    const model = randomModel(regular, 3);
    let reads = 0;
    const weights = wholeSource(regular, (name) => {
      reads += 1;
      return readerOf(model)(name);
    });
    const { content } = planOf(model, { weights });
    expect(reads).toBe(0);
    expect(await collectBytes(content)).toEqual(await collectBytes(planOf(model).content));
  });

  test('refuses what llama.cpp would compute wrongly', () => {
    const spec: ModelSpec = { ...regular, windows: [2, null] };
    expect(() => planOf(randomModel(spec, 1))).toThrow(GgufUnavailableError);
  });
});

function layer(queryGroups: readonly number[], channels: number): LayerShape {
  return { queryGroups, channels };
}

const regular: ModelSpec = {
  ...llamaTraits,
  vocabulary: 9,
  hidden: 8,
  headDim: 4,
  maxPositions: 64,
  layers: [layer([2], 5), layer([2], 5)],
};
