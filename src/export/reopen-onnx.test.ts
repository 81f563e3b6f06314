import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { neededTensors } from '../model/expected-tensors.ts';
import { exportMetadata, ForeignOnnxError } from '../model/export-metadata.ts';
import { inspectModel } from '../model/inspect-model.ts';
import { openModel, TokenizerAbsentError } from '../model/load-model.ts';
import { irregularSpec, randomModel, readerOf, specArbitrary } from '../model/plain-model.fixture.ts';
import { ConfigInvalidError } from '../model/read-config.ts';
import type { ModelSpec, RotaryScaling } from '../model/spec.ts';
import { MemorySource } from '../sources/memory-source.ts';
import { exportOnnx } from './onnx-model.ts';

const about = { name: 'owner/base', licence: 'apache-2.0', card: 'https://host/owner/base', revision: 'abc123' };
const bytes = (json: object) => new TextEncoder().encode(JSON.stringify(json));
const tokenizer = {
  'tokenizer.json': bytes({ added_tokens: [], normalizer: null, pre_tokenizer: null, post_processor: null, decoder: null, model: { type: 'BPE', vocab: { a: 0, b: 1 }, merges: [] } }),
  'tokenizer_config.json': bytes({}),
};

const architectures: Readonly<Record<string, string>> = { llama: 'LlamaForCausalLM', qwen2: 'Qwen2ForCausalLM', qwen3: 'Qwen3ForCausalLM' };

/** `rope_scaling` of a config. */
function ropeScaling(scaling: RotaryScaling | null): object | null {
  if (scaling?.type !== 'llama3') return scaling && { rope_type: scaling.type, factor: scaling.factor };
  const { factor, lowFrequencyFactor, highFrequencyFactor, originalPositions } = scaling;
  return { rope_type: 'llama3', factor, low_freq_factor: lowFrequencyFactor, high_freq_factor: highFrequencyFactor, original_max_position_embeddings: originalPositions };
}

/** config.json of a model that could have been pruned to this one. */
function baseConfig(spec: ModelSpec): Record<string, unknown> {
  return {
    model_type: spec.family,
    architectures: [architectures[spec.family]],
    vocab_size: spec.vocabulary,
    hidden_size: spec.hidden,
    intermediate_size: 12,
    num_hidden_layers: spec.layers.length,
    num_attention_heads: 9,
    num_key_value_heads: 3,
    head_dim: spec.headDim,
    rms_norm_eps: spec.rmsEpsilon,
    rope_theta: spec.rotary.theta,
    rope_scaling: ropeScaling(spec.rotary.scaling),
    max_position_embeddings: spec.maxPositions,
    tie_word_embeddings: spec.tiedHead,
    attention_bias: spec.outputBias,
    mlp_bias: spec.mlpBias,
    made_by: { hand: true },
  };
}

/** A config cannot say any windows for any layers. */
const windowless = (spec: ModelSpec): ModelSpec => ({ ...spec, windows: null });

async function exported(spec: ModelSpec, seed: number, change: Readonly<Record<string, string>> = {}) {
  const model = randomModel(spec, seed);
  const config = baseConfig(spec);
  const metadata = { ...exportMetadata(spec, { config, about, baseModel: 'hub:owner/base@main' }), levels: '1,2', ...change };
  return { model, config, file: await exportOnnx({ spec, readTensor: readerOf(model), metadata }) };
}

const sourceOf = (file: Uint8Array, more: Readonly<Record<string, Uint8Array>> = tokenizer, path = 'model.onnx') =>
  new MemorySource('reopened', new Map([[path, file], ...Object.entries(more)]));

/** Everything irregular that a Qwen3 can have. */
const irregular = windowless({ ...irregularSpec, mlpBias: false });

describe('an exported model opened again', () => {
  it('is the same model, each weight bit for bit', async () => {
    await fc.assert(
      fc.asyncProperty(specArbitrary.map(windowless), fc.nat(), async (spec, seed) => {
        const { model, config, file } = await exported(spec, seed);
        const opened = await openModel(sourceOf(file));
        expect(opened.spec).toEqual(spec);
        expect(opened.config).toMatchObject({ ...config, made_by: { hand: true } });
        expect(opened).toMatchObject({ about: { ...about, name: 'reopened' }, baseModel: 'hub:owner/base@main', unused: [] });
        for (const [name, [rows = 0]] of neededTensors(spec)) {
          const values = model.tensors.get(name);
          expect(await opened.weights.read(name)).toEqual(values);
          const row = (values?.length ?? 0) / rows;
          expect(await opened.weights.readRows(name, rows >> 1, rows)).toEqual(values?.slice((rows >> 1) * row));
        }
      }),
      { numRuns: 30 },
    );
  });

  it('is exported again to the same bytes', async () => {
    const { file } = await exported(irregular, 5);
    const opened = await openModel(sourceOf(file));
    const origin = { config: opened.config, about: opened.about, baseModel: opened.baseModel ?? '' };
    const metadata = { ...exportMetadata(opened.spec, origin), levels: '1,2' };
    expect(await exportOnnx({ spec: opened.spec, readTensor: opened.weights.read, metadata })).toEqual(file);
  });

  it('is found under other names, and inspected without its tokenizer', async () => {
    const { file } = await exported(irregular, 1);
    for (const path of ['onnx/model.onnx', 'pruned-tales.onnx']) {
      const known = await inspectModel(sourceOf(file, {}, path));
      expect(known).toMatchObject({ spec: irregular, storedElementBytes: 4, here: true, files: [{ path, bytes: file.length }], about: { licence: 'apache-2.0' } });
    }
  });
});

describe('its tokenizer', () => {
  it('is asked for by the name of the base model where there is none beside the file', async () => {
    const { file } = await exported(irregular, 1);
    const asked: string[] = [];
    const opened = await openModel(sourceOf(file, {}), {
      tokenizerOf: async (base) => {
        asked.push(base);
        return new MemorySource('base', new Map(Object.entries(tokenizer)));
      },
    });
    expect(asked).toEqual(['hub:owner/base@main']);
    expect(opened.tokenizer.size).toBe(2);
  });

  it('is named where it cannot be found', async () => {
    const { file } = await exported(irregular, 1);
    await expect(openModel(sourceOf(file, {}))).rejects.toThrow(TokenizerAbsentError);
    await expect(openModel(sourceOf(file, {}), { tokenizerOf: async () => null })).rejects.toThrow(/Add tokenizer\.json .*"hub:owner\/base@main"/);
  });
});

describe('refused', () => {
  it.each([
    ['another generator', { generator: 'pytorch' }, ForeignOnnxError],
    ['shapes that disagree', { pruned_layers: '[]' }, ForeignOnnxError],
    ['an empty config', { config: '' }, ConfigInvalidError],
    ['a config of other layers', { config: JSON.stringify(baseConfig(irregular)) }, ForeignOnnxError],
  ])('%s', async (_, change, error) => {
    const { file } = await exported(irregular, 1, change);
    await expect(openModel(sourceOf(file))).rejects.toThrow(error);
    await expect(inspectModel(sourceOf(file))).rejects.toThrow(error);
  });

  it('a file that says nothing of itself', async () => {
    const model = randomModel(irregular, 1);
    const file = await exportOnnx({ spec: irregular, readTensor: readerOf(model), metadata: {} });
    await expect(openModel(sourceOf(file))).rejects.toThrow(/model\.onnx was not exported by this program: it does not hold the config/);
  });
});
