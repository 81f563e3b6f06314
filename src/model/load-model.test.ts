import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { MemorySource } from '../sources/memory-source.ts';
import { NonFiniteWeightError, FileSizeError } from '../sources/safetensors-errors.ts';
import { TokenizerVocabularyError } from '../sources/tokenizer-errors.ts';
import type { FileSource } from '../sources/file-source.ts';
import { FileMissingError, readAll } from '../sources/file-source.ts';
import { expectedTensors } from './expected-tensors.ts';
import { WeightsMismatchError } from './check-tensors.ts';
import { openModel } from './load-model.ts';
import { ConfigInvalidError, specOfConfig } from './read-config.ts';

const names = ['config.json', 'tokenizer.json', 'tokenizer_config.json', 'model.safetensors'];
const tales = new Map(names.map((name) => [name, Uint8Array.from(readFileSync(new URL(`../../public/models/tales-6m/${name}`, import.meta.url)))]));
const talesSource = new MemorySource('tales-6m', tales);

const smallConfig = {
  model_type: 'llama',
  vocab_size: 5,
  hidden_size: 4,
  intermediate_size: 6,
  num_hidden_layers: 2,
  num_attention_heads: 2,
  num_key_value_heads: 1,
  tie_word_embeddings: true,
};
const smallTokenizer = { added_tokens: [], normalizer: null, pre_tokenizer: null, post_processor: null, decoder: null, model: { type: 'BPE', vocab: { a: 0, b: 1, '<s>': 4 }, merges: [] } };

type Tensors = Map<string, { shape: readonly number[]; dtype?: string; values?: Float32Array }>;

/** The tensors that a config asks for, each value its own index over 8. */
function tensorsFor(config: Readonly<Record<string, unknown>>): Tensors {
  return new Map([...expectedTensors(specOfConfig(config))].map(([name, shape]) => [name, { shape }]));
}

function safetensorsOf(tensors: Tensors): Uint8Array {
  const data: number[] = [];
  const header: Record<string, object> = {};
  for (const [name, { shape, dtype = 'F32', values }] of tensors) {
    const size = shape.reduce((product, side) => product * side, 1);
    const content = values ?? Float32Array.from({ length: size }, (_, index) => index / 8);
    header[name] = { dtype, shape, data_offsets: [data.length, data.length + content.byteLength] };
    data.push(...new Uint8Array(content.buffer));
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const length = new Uint8Array(new BigUint64Array([BigInt(text.length)]).buffer);
  return Uint8Array.from([...length, ...text, ...data]);
}

interface Parts {
  readonly config?: Readonly<Record<string, unknown>>;
  readonly tensors?: Tensors;
  readonly change?: (tensors: Tensors) => unknown;
}

function small({ config = smallConfig, tensors = tensorsFor(config), change }: Parts = {}): MemorySource {
  change?.(tensors);
  const bytes = (json: object) => new TextEncoder().encode(JSON.stringify(json));
  return new MemorySource('small', new Map([
    ['config.json', bytes(config)],
    ['tokenizer.json', bytes(smallTokenizer)],
    ['tokenizer_config.json', bytes({ bos_token: '<s>' })],
    ['model.safetensors', safetensorsOf(tensors)],
  ]));
}

test('tales-6m opens with its parameters', async () => {
  const progress: number[] = [];
  const model = await openModel(talesSource, { onProgress: (done) => progress.push(done) });
  expect(model.parameters).toEqual({ total: 6_557_952, prunable: 5_505_024 });
  expect(model.unused).toEqual([]);
  expect(model.tokenizer.size).toBe(4096);
  expect(model.config).toMatchObject({ model_type: 'llama', torch_dtype: 'float16' });
  expect(progress).toEqual([13_123_848]);
  const sizes = await Promise.all([...expectedTensors(model.spec).keys()].map(async (name) => (await model.weights.read(name)).length));
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(6_557_952);
});

test('what goes with the weights is read when it is asked for, and not before', async () => {
  const opened: string[] = [];
  const model = await openModel({ name: 'tales-6m', list: () => talesSource.list(), open: (path, options) => (opened.push(path), talesSource.open(path, options)) });
  const before = opened.length;
  const companions = await model.companions();
  expect(opened.slice(before)).toEqual(['tokenizer.json', 'tokenizer_config.json']);
  expect(companions.tokenizer).toEqual(tales.get('tokenizer.json'));
  expect(companions).toMatchObject({ tokenizerConfig: { eos_token: '<|endoftext|>' }, chatTemplate: null, generationConfig: null });
  await expect(model.companions({ signal: AbortSignal.abort() })).rejects.toThrow('abort');
});

test('weights come as float32, by their full names', async () => {
  const model = await openModel(small());
  expect(await model.weights.read('model.norm.weight')).toEqual(Float32Array.of(0, 1 / 8, 2 / 8, 3 / 8));
  expect(await model.weights.read('model.layers.1.self_attn.k_proj.weight')).toHaveLength(8);
});

test.each([
  ['llama', { attention_bias: true, mlp_bias: true, tie_word_embeddings: false }],
  ['qwen2', {}],
  ['qwen3', { head_dim: 6, attention_bias: true }],
])('tensors of %s fit their own list', async (model_type, change) => {
  const model = await openModel(small({ config: { ...smallConfig, model_type, ...change } }));
  const sizes = await Promise.all([...expectedTensors(model.spec).keys()].map(async (name) => (await model.weights.read(name)).length));
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(model.parameters.total);
});

test('tensors that the model does not use are listed, a second copy of a tied head among them', async () => {
  const model = await openModel(small({
    change: (tensors) => tensors.set('lm_head.weight', { shape: [5, 4] }).set('model.layers.0.self_attn.rotary_emb.inv_freq', { shape: [1] }),
  }));
  expect(model.unused).toEqual(['lm_head.weight', 'model.layers.0.self_attn.rotary_emb.inv_freq']);
});

describe('refused before any weight is read', () => {
  const q = 'model.layers.1.self_attn.q_proj.weight';
  test.each<readonly [string, Parts, RegExp]>([
    ['a missing tensor', { change: (tensors) => tensors.delete(q) }, /layers\.1\.self_attn\.q_proj\.weight is missing/],
    ['a transposed tensor', { change: (tensors) => tensors.set('model.layers.0.mlp.up_proj.weight', { shape: [4, 6] }) }, /up_proj\.weight is \[4, 6\] and should be \[6, 4\]/],
    ['a tensor of another type', { change: (tensors) => tensors.set(q, { shape: [4, 4], dtype: 'I32' }) }, /stored as I32/],
    ['a missing head', { config: { ...smallConfig, tie_word_embeddings: false }, tensors: tensorsFor(smallConfig) }, /lm_head\.weight is missing/],
    ['a vocabulary that is not the config\'s', { config: { ...smallConfig, vocab_size: 6 }, tensors: tensorsFor(smallConfig) }, /embed_tokens\.weight is \[5, 4\] and should be \[6, 4\]/],
    ['biases that the config denies', { tensors: tensorsFor({ ...smallConfig, model_type: 'qwen2' }) }, /q_proj\.bias is there/],
    ['norms that the config denies', { tensors: tensorsFor({ ...smallConfig, model_type: 'qwen3', head_dim: 2 }) }, /q_norm\.weight is there/],
  ])('%s', async (_, parts, words) => {
    const thrown: unknown = await openModel(small(parts)).catch((reason: unknown) => reason);
    expect(thrown).toBeInstanceOf(WeightsMismatchError);
    expect(String(thrown)).toMatch(words);
  });

  test('the first five of many problems are told', async () => {
    const thrown: unknown = await openModel(small({ tensors: new Map() })).catch((reason: unknown) => reason);
    expect(thrown).toBeInstanceOf(WeightsMismatchError);
    expect(String(thrown)).toMatch(/^(?:[^;]*; ){4}[^;]*\(and 15 more\)\./);
  });

  test('a tokenizer or a config that does not fit, before the weights are fetched', async () => {
    const opened: string[] = [];
    const watching = (source: FileSource): FileSource => ({
      name: source.name,
      open: (path, options) => {
        opened.push(path);
        return source.open(path, options);
      },
    });
    const config = { ...smallConfig, vocab_size: 4 };
    await expect(openModel(watching(small({ config })))).rejects.toBeInstanceOf(TokenizerVocabularyError);
    await expect(openModel(watching(small({ config: { ...smallConfig, hidden_size: 1e12 }, tensors: new Map() })))).rejects.toBeInstanceOf(ConfigInvalidError);
    expect(opened).not.toContain('model.safetensors');
  });

  test('a truncated weights file', async () => {
    const weights = tales.get('model.safetensors')?.subarray(0, 1_000_000) ?? new Uint8Array();
    await expect(openModel(new MemorySource('cut', new Map([...tales, ['model.safetensors', weights]])))).rejects.toBeInstanceOf(FileSizeError);
  });

  test.each(names.filter((name) => name !== 'tokenizer_config.json'))('a missing %s', async (name) => {
    const files = new Map(tales);
    files.delete(name);
    await expect(openModel(new MemorySource('incomplete', files))).rejects.toBeInstanceOf(FileMissingError);
  });

  test('an aborted load', async () => {
    await expect(openModel(talesSource, { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
    const controller = new AbortController();
    const opened = openModel(talesSource, { signal: controller.signal, onProgress: () => controller.abort(new Error('enough')) });
    await expect(opened).rejects.toThrow('enough');
  });
});

test('a weight that is not finite is named when it is read', async () => {
  const values = Float32Array.of(1, 2, Number.NaN, 4);
  const model = await openModel(small({ change: (tensors) => tensors.set('model.norm.weight', { shape: [4], values }) }));
  await expect(model.weights.read('model.norm.weight')).rejects.toBeInstanceOf(NonFiniteWeightError);
});

describe('other layouts', () => {
  const files = async (source: MemorySource) => {
    const contents = new Map<string, Uint8Array>();
    for (const path of await source.list()) contents.set(path, await readAll(await source.open(path)));
    return contents;
  };

  /** The same model in two parts. */
  async function sharded() {
    const tensors = [...tensorsFor(smallConfig)];
    const parts = [tensors.slice(0, 7), tensors.slice(7)];
    const paths = parts.map((_, index) => `model-0000${index + 1}-of-00002.safetensors`);
    const weight_map = Object.fromEntries(parts.flatMap((part, index) => part.map(([name]) => [name, paths[index]])));
    const contents = await files(small());
    contents.delete('model.safetensors');
    parts.forEach((part, index) => contents.set(paths[index] ?? '', safetensorsOf(new Map(part))));
    return contents.set('model.safetensors.index.json', new TextEncoder().encode(JSON.stringify({ weight_map })));
  }

  test('parts with an index give the same weights as one file', async () => {
    const [whole, parts] = [await openModel(small()), await openModel(new MemorySource('sharded', await sharded()))];
    expect(parts.spec).toEqual(whole.spec);
    for (const name of expectedTensors(whole.spec).keys()) {
      expect(await parts.weights.read(name)).toEqual(await whole.weights.read(name));
      expect(await parts.weights.readRows(name, 1, 2)).toEqual(await whole.weights.readRows(name, 1, 2));
    }
  });

  test('a part that is missing, before any weight is read', async () => {
    const contents = await sharded();
    contents.delete('model-00002-of-00002.safetensors');
    await expect(openModel(new MemorySource('sharded', contents))).rejects.toThrow(/model-00002-of-00002\.safetensors/);
  });

  test('the only safetensors file, whatever it is called', async () => {
    const contents = await files(small());
    contents.set('weights.safetensors', contents.get('model.safetensors') ?? new Uint8Array()).delete('model.safetensors');
    expect((await openModel(new MemorySource('renamed', contents))).parameters).toEqual((await openModel(small())).parameters);
  });

  test('a pruned model, without the norms of removed modules and with them', async () => {
    const pruned_layers = [{ heads: [2, 1], ff: 0 }, { heads: [], ff: 3 }];
    const config = { ...smallConfig, model_type: 'pruned_llama', architectures: ['PrunedForCausalLM'], head_dim: 2, qk_norm: true, qkv_bias: true, pruned_layers };
    const all = await openModel(small({ config }));
    const norms = ['model.layers.0.post_attention_layernorm.weight', 'model.layers.1.input_layernorm.weight'];
    const few = await openModel(small({ config, change: (tensors) => norms.forEach((name) => tensors.delete(name)) }));
    expect(few.spec).toEqual(all.spec);
    expect(few.spec).toMatchObject({ qkvBias: true, qkNorm: true, layers: [{ queryGroups: [2, 1], channels: 0 }, { queryGroups: [], channels: 3 }] });
    const needed = 'model.layers.1.post_attention_layernorm.weight';
    await expect(openModel(small({ config, change: (tensors) => tensors.delete(needed) }))).rejects.toThrow(`${needed} is missing`);
  });

  test('the model card beside the weights says the licence', async () => {
    const contents = await files(small());
    contents.set('README.md', new TextEncoder().encode('---\nlicense: apache-2.0\n---\n'));
    expect((await openModel(new MemorySource('carded', contents))).about).toEqual({ name: 'carded', licence: 'apache-2.0', card: null, revision: null });
  });

  test('a config that is nested without end', async () => {
    const contents = await files(small());
    contents.set('config.json', new TextEncoder().encode(`{"a": ${'['.repeat(100_000)}${']'.repeat(100_000)}}`));
    await expect(openModel(new MemorySource('deep', contents))).rejects.toThrow(ConfigInvalidError);
  });
});
