import type { Random } from '../../src/base/random.ts';
import { asManifested, MANIFEST } from '../../src/model/export-manifest.ts';
import { readExportMetadata } from '../../src/model/export-metadata.ts';
import { expectedTensors } from '../../src/model/expected-tensors.ts';
import { inspectModel, inspectSpec } from '../../src/model/inspect-model.ts';
import { openModel } from '../../src/model/load-model.ts';
import { parseConfigJson, readConfig, specOfConfig } from '../../src/model/read-config.ts';
import { moduleIds, moduleParameters } from '../../src/model/spec.ts';
import { parseAddress } from '../../src/sources/model-ref.ts';
import { guardedFile, guardedSource, mutateBytes, mutatedJsonBytes, pick } from '../../src/sources/fuzz.fixture.ts';
import { modelMessage, onnxLayout, tensorMessage } from '../../src/sources/onnx-files.fixture.ts';
import { openOnnx, openOnnxWeights } from '../../src/sources/onnx-weights.ts';
import { openSafetensors } from '../../src/sources/safetensors.ts';
import { openSharded } from '../../src/sources/sharded.ts';
import { isWeightDtype } from '../../src/sources/tensor-file.ts';
import type { TensorFile } from '../../src/sources/tensor-file.ts';
import { writeSafetensors } from '../../src/sources/write-safetensors.fixture.ts';
import { bytesOf, must, textOf } from './fuzz-parser.ts';
import type { FuzzInput, FuzzParser } from './fuzz-parser.ts';
import { someBytes, someJson } from './mutate-text.ts';

/** Models: weights, their indices, configurations, and whole folders. */

const sourceOf = (input: FuzzInput) => guardedSource(new Map(Object.entries(input).map(([name, content]) => [name, bytesOf(content)])));

/** Whatever was opened must be readable, or say why not. */
async function readEverything(file: TensorFile): Promise<'read'> {
  for (const { name, dtype, shape } of file.tensors.values()) {
    must(shape.every((size) => Number.isSafeInteger(size) && size >= 0), 'a shape is none');
    if (!isWeightDtype(dtype)) continue;
    await file.readWeights(name);
    const [rows] = shape;
    if (rows !== undefined) await file.readRows(name, rows >> 1, rows);
  }
  return 'read';
}

const weights = writeSafetensors([
  ['model.a', { shape: [3, 4] }],
  ['model.b', { shape: [5], dtype: 'BF16', bytes: new Uint8Array(10).fill(0x3f) }],
  ['model.c', { shape: [2, 2, 1], dtype: 'F16', bytes: new Uint8Array(8) }],
  ['model.d', { shape: [2], dtype: 'I64', bytes: new Uint8Array(16) }],
]);
const headerLength = new DataView(weights.buffer).getUint32(0, true);
const header = new TextDecoder().decode(weights.subarray(8, 8 + headerLength));

/** Faults in the bytes, or in the JSON of the header with a length that is right or lies. */
function brokenWeights(random: Random): Uint8Array {
  if (random.below(3) === 0) return someBytes(random, weights);
  const text = mutatedJsonBytes(random, header);
  const length = random.below(8) === 0 ? pick(random, [0n, 1n, 2n ** 31n, 2n ** 53n + 1n, 2n ** 64n - 1n, BigInt(text.length) + 1n]) : BigInt(text.length);
  return Uint8Array.from([...new Uint8Array(new BigUint64Array([length]).buffer), ...text, ...weights.subarray(8 + headerLength)]);
}

const safetensors: FuzzParser = {
  name: 'safetensors',
  share: 10,
  make: (random) => ({ 'model.safetensors': brokenWeights(random) }),
  parse: async (input) => readEverything(await openSafetensors(guardedFile(bytesOf(input['model.safetensors'])), 'model.safetensors')),
};

const parts = ['m-1.safetensors', 'm-2.safetensors'] as const;
const index = {
  metadata: { total_size: 82 },
  weight_map: { 'model.a': parts[0], 'model.b': parts[0], 'model.c': parts[0], 'model.d': parts[0], 'model.e': parts[1] },
};

const sharded: FuzzParser = {
  name: 'shards',
  share: 6,
  make: (random) => {
    const files: Record<string, string | Uint8Array> = { [parts[0]]: weights, [parts[1]]: writeSafetensors([['model.e', { shape: [1] }]]), 'index.json': someJson(random, index) };
    if (random.below(4) === 0) files[pick(random, parts)] = brokenWeights(random);
    return files;
  },
  parse: async (input) => readEverything(await openSharded(sourceOf(input), 'index.json')),
};

const onnxFile = modelMessage(
  tensorMessage('model.w_proj', 'float16', [3, 2], Uint16Array.of(0, 1, 2, 3, 4, 5)),
  tensorMessage('model.a_Q4', 'uint8', [2, 1, 16], new Uint8Array(32).fill(0x7f)),
  tensorMessage('model.a_scales', 'float16', [2, 1], Uint16Array.of(1, 2)),
  tensorMessage('model.b_proj', 'float32', [2, 2], { location: 'data', offset: '4', length: '16' }),
  tensorMessage('model.c_Q4', 'uint8', [1, 2, 16], { location: 'data', offset: '20', length: '32' }),
  tensorMessage('model.c_scales', 'float32', [1, 2], { location: 'more', length: '8' }),
);

const onnx: FuzzParser = {
  name: 'onnx',
  share: 8,
  make: (random) => {
    const files: Record<string, Uint8Array> = { data: new Uint8Array(64).fill(0x3f), more: new Uint8Array(8).fill(0x3f), 'model.onnx': onnxFile };
    const name = random.below(4) > 0 ? 'model.onnx' : pick(random, ['data', 'more'] as const);
    files[name] = someBytes(random, files[name] ?? new Uint8Array());
    return files;
  },
  parse: async (input) => readEverything(await openOnnxWeights(await openOnnx(sourceOf(input), 'model.onnx'), onnxLayout())),
};

const common = { vocab_size: 7, hidden_size: 8, intermediate_size: 6, num_hidden_layers: 2, num_attention_heads: 4, num_key_value_heads: 2, rms_norm_eps: 1e-5 };
const llama = {
  ...common,
  model_type: 'llama',
  architectures: ['LlamaForCausalLM'],
  rope_theta: 10_000,
  rope_scaling: { rope_type: 'llama3', factor: 8, low_freq_factor: 1, high_freq_factor: 4, original_max_position_embeddings: 16 },
  tie_word_embeddings: true,
  attention_bias: false,
  quantization_config: null,
};
const prunedLayers = [{ heads: [2, 1], ff: 3 }, { heads: [], ff: 0 }];
const configs: readonly [object, ...object[]] = [
  llama,
  { ...common, model_type: 'mistral', sliding_window: 5, head_dim: 4 },
  { ...common, model_type: 'qwen2', use_sliding_window: true, sliding_window: 4, max_window_layers: 1, layer_types: ['full_attention', 'sliding_attention'] },
  { ...common, model_type: 'qwen3', head_dim: 6, rope_parameters: { rope_type: 'default', rope_theta: 1e6 } },
  { ...common, model_type: 'pruned_llama', architectures: ['PrunedForCausalLM'], qkv_bias: true, qk_norm: true, pruned_layers: prunedLayers },
  { ...common, model_type: 'mistral', architectures: ['PrunedForCausalLM'], attention_bias: true, mlp_bias: true, pruned_layers: [{ heads: [2, 1], ff: 3, window: 5 }, { heads: [1], ff: 0, window: null }] },
];

const config: FuzzParser = {
  name: 'config',
  share: 8,
  make: (random) => ({ 'config.json': someJson(random, pick(random, configs)) }),
  parse: async (input) => {
    const text = textOf(input['config.json']);
    const spec = readConfig(text);
    const { parameters } = inspectSpec(spec, [], { name: 'fuzz', licence: null, card: null, revision: null }, false);
    const modules = moduleIds(spec).map((id) => moduleParameters(spec, id));
    must([parameters.total, ...modules].every((size) => Number.isSafeInteger(size)), 'a size is no number');
    expectedTensors(spec);
    JSON.stringify(parseConfigJson(text));
    return 'read';
  },
};

const metadata: FuzzParser = {
  name: 'export-metadata',
  share: 3,
  make: (random) => ({
    generator: random.below(20) === 0 ? 'another' : 'DarwinLM Web',
    base_model: 'hub:owner/name@main',
    model_card: pick(random, ['https://huggingface.co/owner/name', 'javascript:alert(1)', 'x'.repeat(5000), '']),
    licence: pick(random, ['mit', '<b>', 'x'.repeat(5000)]),
    config: someJson(random, { ...llama, pruned_layers: prunedLayers }),
    pruned_layers: JSON.stringify(prunedLayers),
  }),
  parse: async (input) => {
    const { about, baseModel } = readExportMetadata(new Map(Object.entries(input).map(([key, value]) => [key, textOf(value)])), 'model.onnx');
    must(about.card === null || parseAddress(about.card) !== null, 'a link is none');
    must((about.licence?.length ?? 0) + baseModel.length < 5000, 'a text is too long');
    return 'read';
  },
};

const tokenizer = { added_tokens: [], normalizer: null, pre_tokenizer: null, post_processor: null, decoder: null, model: { type: 'BPE', vocab: { a: 0, b: 1, ab: 2 }, merges: ['a b'] } };
const folder: Readonly<Record<string, string | Uint8Array>> = {
  'config.json': JSON.stringify(llama),
  'tokenizer.json': JSON.stringify(tokenizer),
  'tokenizer_config.json': '{"bos_token": "a"}',
  'README.md': '---\nlicense: mit\n---\n',
  'model.safetensors': writeSafetensors([...expectedTensors(specOfConfig(llama))].map(([name, shape]) => [name, { shape }])),
};
const manifestOf = { version: 1, generator: 'DarwinLM Web', files: Object.entries(folder).map(([path, content]) => ({ path, size: bytesOf(content).length })) };
const manifest = JSON.stringify(manifestOf);

const models: FuzzParser = {
  name: 'model-folder',
  share: 6,
  make: (random) => {
    const path = pick(random, ['config.json', 'tokenizer.json', 'tokenizer_config.json', 'README.md', 'model.safetensors', MANIFEST] as const);
    const files: Readonly<Record<string, string | Uint8Array>> = { ...folder, ...(path === MANIFEST || random.below(4) === 0 ? { [MANIFEST]: manifest } : {}) };
    const bytes = bytesOf(files[path]);
    return { ...files, [path]: path.endsWith('.json') ? mutatedJsonBytes(random, new TextDecoder().decode(bytes)) : mutateBytes(random, bytes) };
  },
  parse: async (input) => {
    const source = sourceOf(input);
    await inspectModel(source);
    const model = await openModel(source);
    for (const name of expectedTensors(model.spec).keys()) await model.weights.read(name);
    return 'read';
  },
};

const manifests: FuzzParser = {
  name: 'manifest',
  share: 2,
  make: (random) => ({ ...folder, [MANIFEST]: someJson(random, manifestOf) }),
  parse: async (input) => {
    const source = await asManifested(sourceOf(input));
    for (const path of Object.keys(folder)) await source.open(path);
    return 'read';
  },
};

export const modelParsers: readonly FuzzParser[] = [safetensors, sharded, onnx, config, metadata, models, manifests];
