import { expect, test } from 'vitest';
import { fuzz, guardedSource, mutateBytes, mutateJson, mutatedJsonBytes, pick } from '../sources/fuzz.fixture.ts';
import { readModelCard } from '../sources/model-card.ts';
import { writeSafetensors } from '../sources/write-safetensors.fixture.ts';
import { expectedTensors } from './expected-tensors.ts';
import { readExportMetadata } from './export-metadata.ts';
import { inspectModel, inspectSpec } from './inspect-model.ts';
import { openModel } from './load-model.ts';
import { parseConfigJson, readConfig, specOfConfig } from './read-config.ts';
import { moduleIds, moduleParameters } from './spec.ts';

/** Cases of each kind; with those of `sources/fuzz.test.ts` 10,000. */
const cases = { config: 1200, model: 600, metadata: 200 };

const common = { vocab_size: 7, hidden_size: 8, intermediate_size: 6, num_hidden_layers: 2, num_attention_heads: 4, num_key_value_heads: 2, rms_norm_eps: 1e-5 };
const llama = {
  ...common,
  model_type: 'llama',
  architectures: ['LlamaForCausalLM'],
  rope_theta: 10_000,
  rope_scaling: { rope_type: 'llama3', factor: 8, low_freq_factor: 1, high_freq_factor: 4, original_max_position_embeddings: 16 },
  tie_word_embeddings: true,
  attention_bias: false,
  torch_dtype: 'float32',
  quantization_config: null,
};
const configs = [
  llama,
  { ...common, model_type: 'mistral', sliding_window: 5, head_dim: 4 },
  { ...common, model_type: 'qwen2', use_sliding_window: true, sliding_window: 4, max_window_layers: 1, layer_types: ['full_attention', 'sliding_attention'] },
  { ...common, model_type: 'qwen3', head_dim: 6, rope_parameters: { rope_type: 'default', rope_theta: 1e6 } },
  { ...common, model_type: 'pruned_llama', architectures: ['PrunedForCausalLM'], qkv_bias: true, qk_norm: true, pruned_layers: [{ heads: [2, 1], ff: 3 }, { heads: [], ff: 0 }] },
  { ...common, model_type: 'mistral', architectures: ['PrunedForCausalLM'], attention_bias: true, mlp_bias: true, pruned_layers: [{ heads: [2, 1], ff: 3, window: 5 }, { heads: [1], ff: 0, window: null }] },
].map((config) => JSON.stringify(config));
const anyConfig = [configs[0] ?? '', ...configs.slice(1)] as const;

const about = { name: 'fuzz', licence: null, card: null, revision: null };

test('config.json', async () => {
  const ends = await fuzz('config', cases.config, async (random) => {
    const text = mutateJson(random, pick(random, anyConfig));
    const { spec, parameters } = inspectSpec(readConfig(text), [], about, false);
    // What is believed is believed whole: every size is a number, and every tensor can be named.
    const modules = moduleIds(spec).map((id) => moduleParameters(spec, id));
    if (![parameters.total, ...modules].every((size) => Number.isFinite(size))) throw new Error('a size is no number');
    expectedTensors(spec);
    JSON.stringify(parseConfigJson(text));
  });
  expect(ends.valid).toBeGreaterThan(100);
  expect(ends.refused).toBeGreaterThan(300);
});

test('the config that an exported file holds', async () => {
  const pruned_layers = [{ heads: [2, 1], ff: 3 }, { heads: [], ff: 0 }];
  const config = JSON.stringify({ ...llama, pruned_layers });
  const ends = await fuzz('metadata', cases.metadata, async (random) => {
    const metadata = { generator: 'DarwinLM Web', base_model: 'x', config: mutateJson(random, config), pruned_layers: JSON.stringify(pruned_layers) };
    return readExportMetadata(new Map(Object.entries(metadata)), 'model.onnx');
  });
  expect(ends.valid).toBeGreaterThan(10);
  expect(ends.refused).toBeGreaterThan(50);
});

const tokenizer = JSON.stringify({ added_tokens: [], normalizer: null, pre_tokenizer: null, post_processor: null, decoder: null, model: { type: 'BPE', vocab: { a: 0, b: 1, ab: 2 }, merges: ['a b'] } });

test('whole folders with one broken file', async () => {
  const encoder = new TextEncoder();
  const weights = writeSafetensors([...expectedTensors(specOfConfig(llama))].map(([name, shape]) => [name, { shape }]));
  const good = new Map([
    ['config.json', encoder.encode(configs[0])],
    ['tokenizer.json', encoder.encode(tokenizer)],
    ['tokenizer_config.json', encoder.encode('{"bos_token": "a"}')],
    ['README.md', encoder.encode('---\nlicense: mit\n---\n')],
    ['model.safetensors', weights],
  ]);
  const listed = [...good].map(([path, { length }]) => ({ path, size: length, sha256: '0'.repeat(64) }));
  good.set('manifest.json', encoder.encode(JSON.stringify({ version: 1, generator: 'DarwinLM Web', files: listed })));
  const ends = await fuzz('model', cases.model, async (random) => {
    const path = pick(random, ['config.json', 'tokenizer.json', 'tokenizer_config.json', 'README.md', 'model.safetensors', 'manifest.json']);
    const bytes = good.get(path) ?? new Uint8Array();
    const broken = path.endsWith('.json') ? mutatedJsonBytes(random, new TextDecoder().decode(bytes)) : mutateBytes(random, bytes);
    const files = new Map([...good, [path, broken]]);
    if (path !== 'manifest.json' && random.below(4) > 0) files.delete('manifest.json'); // which would refuse most
    const source = guardedSource(files);
    await inspectModel(source);
    const model = await openModel(source);
    for (const name of expectedTensors(model.spec).keys()) await model.weights.read(name);
  });
  expect(ends.valid).toBeGreaterThan(50);
  expect(ends.refused).toBeGreaterThan(100);
});

test('good files pass, so that it is the faults that are refused', async () => {
  for (const config of configs) expect(specOfConfig(parseConfigJson(config)).layers).toHaveLength(2);
  expect(readModelCard('---\nlicense: mit\n---\n').licence).toBe('mit');
});
