import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { irregularSpec, specArbitrary } from '../../model/plain-model.fixture.ts';
import { specOfConfig } from '../../model/read-config.ts';
import type { ModelSpec } from '../../model/spec.ts';
import { folderConfig, folderWarning, needsRemoteCode } from './folder-config.ts';
import type { FolderConfigOptions } from './folder-config.ts';

const classes: Readonly<Record<string, string>> = { llama: 'LlamaForCausalLM', mistral: 'MistralForCausalLM', qwen2: 'Qwen2ForCausalLM', qwen3: 'Qwen3ForCausalLM' };

/** config.json of a model that could have been pruned to this one. */
const baseConfig = (spec: ModelSpec): Record<string, unknown> => ({
  model_type: spec.family,
  architectures: [classes[spec.family]],
  vocab_size: 7,
  hidden_size: spec.hidden,
  intermediate_size: 12,
  num_hidden_layers: spec.layers.length,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  torch_dtype: 'bfloat16',
  bos_token_id: 1,
  made_by: { hand: [1, 2] },
});

const onnx = (precision: 'fp16' | 'fp32', dataFiles = 0) => ({ path: precision === 'fp32' ? 'onnx/model.onnx' : `onnx/model_${precision}.onnx`, precision, dataFiles });

function written(spec: ModelSpec, options: Partial<FolderConfigOptions> = {}): Record<string, unknown> {
  return JSON.parse(folderConfig({ config: baseConfig(spec), spec, safetensors: 'bf16', onnx: [], ...options }));
}

/** Four layers alike, of 4 query heads on 2 KV heads. */
const regular = (changes: Partial<ModelSpec> = {}): ModelSpec => ({
  ...irregularSpec,
  family: 'llama',
  hidden: 12,
  windows: null,
  qkvBias: false,
  outputBias: false,
  mlpBias: false,
  qkNorm: false,
  layers: Array.from({ length: 4 }, () => ({ queryGroups: [2, 2], channels: 12 })),
  ...changes,
});

const withoutMlp = regular({ layers: [...regular().layers.slice(1), { queryGroups: [2, 2], channels: 0 }] });
const narrow = regular({ layers: [...regular().layers.slice(1), { queryGroups: [2, 2], channels: 11 }] });
const ragged = regular({ layers: [...regular().layers.slice(1), { queryGroups: [3, 1], channels: 12 }] });

describe('a model of irregular layers', () => {
  it('names the code that computes it, and the type that stock transformers does not know', () => {
    expect(written({ ...irregularSpec, rotary: { theta: 5e5, scaling: null } })).toMatchObject({
      model_type: 'pruned_llama',
      architectures: ['PrunedForCausalLM'],
      auto_map: { AutoConfig: 'modeling_pruned.PrunedConfig', AutoModelForCausalLM: 'modeling_pruned.PrunedForCausalLM' },
      pruned_layers: [{ heads: [], ff: 7 }, { heads: [3, 1, 2], ff: 5, window: 3 }, { heads: [], ff: 0 }, { heads: [2, 2], ff: 0 }, { heads: [1, 1], ff: 1, window: 2 }],
      qkv_bias: true,
      qk_norm: true,
      attention_bias: true,
      mlp_bias: true,
      head_dim: 6,
      hidden_size: 11,
      vocab_size: 19,
      num_hidden_layers: 5,
      intermediate_size: 12,
      tie_word_embeddings: false,
      torch_dtype: 'bfloat16',
      dtype: 'bfloat16',
      rope_theta: 5e5,
      rope_scaling: null,
      rope_parameters: { rope_type: 'default', rope_theta: 5e5 },
      made_by: { hand: [1, 2] },
      bos_token_id: 1,
    });
  });

  it('reads back as the same model, whatever it is', () => {
    fc.assert(
      fc.property(specArbitrary, fc.boolean(), (spec, beside) => {
        const read = specOfConfig(written(spec, { onnx: beside ? [onnx('fp16')] : [] }));
        const family = beside ? spec.family : 'pruned_llama';
        const windows = spec.windows?.some((window) => window !== null) ? spec.windows : null;
        expect(read).toEqual({ ...spec, windows, family: needsRemoteCode(spec) ? family : read.family });
      }),
      { numRuns: 200 },
    );
  });

  it('states windows where transformers does not take them for those of its own layers', () => {
    const config = { ...baseConfig(irregularSpec), sliding_window: 4096, use_sliding_window: true, max_window_layers: 1, layer_types: ['sliding_attention'] };
    const json = written(irregularSpec, { config });
    expect(json).toMatchObject({ sliding_window: null });
    for (const key of ['use_sliding_window', 'max_window_layers', 'layer_types']) expect(json).not.toHaveProperty(key);
  });

  it('keeps the sizes of the original unless transformers 5 refuses them', () => {
    expect(written(ragged)).toMatchObject({ num_attention_heads: 4, num_key_value_heads: 2 });
    expect(written({ ...ragged, hidden: 11 })).toMatchObject({ num_attention_heads: 1, num_key_value_heads: 1 });
  });

  it('bears its family beside ONNX files, and no code without safetensors', () => {
    const json = written(irregularSpec, { onnx: [onnx('fp16', 2), onnx('fp32')], safetensors: null });
    expect(json).toMatchObject({
      model_type: 'qwen3',
      num_hidden_layers: 5,
      'transformers.js_config': { dtype: 'fp16', use_external_data_format: { 'model_fp16.onnx': 2 } },
    });
    for (const key of ['auto_map', 'torch_dtype', 'dtype']) expect(json).not.toHaveProperty(key);
    expect(written(irregularSpec, { onnx: [onnx('fp32')] })).toMatchObject({ auto_map: {}, 'transformers.js_config': { dtype: 'fp32' } });
  });

  it.each<[string, Partial<ModelSpec>]>([
    ['llama', { family: 'pruned_llama' }],
    ['llama', { family: 'pruned_llama', qkvBias: true, outputBias: true }],
    ['qwen2', { family: 'pruned_llama', qkvBias: true }],
    ['qwen3', { family: 'pruned_llama', qkNorm: true }],
    ['mistral', { family: 'mistral' }],
  ])('is called %s there by what it has', (type, changes) => {
    expect(written({ ...ragged, ...changes }, { onnx: [onnx('fp32')] })).toMatchObject({ model_type: type });
  });
});

describe('a model of layers that are all alike', () => {
  it('is one that transformers has, with the sizes that it has now', () => {
    const spec = regular({ layers: [{ queryGroups: [3, 3], channels: 9 }, { queryGroups: [3, 3], channels: 9 }] });
    const config = { ...baseConfig(spec), auto_map: { AutoConfig: 'x' }, pruned_layers: [], qkv_bias: true, per_layer_config: {}, 'transformers.js_config': { dtype: 'q4' } };
    const json = written(spec, { config });
    expect(json).toMatchObject({ model_type: 'llama', architectures: ['LlamaForCausalLM'], num_attention_heads: 6, num_key_value_heads: 2, intermediate_size: 9, num_hidden_layers: 2 });
    for (const key of ['auto_map', 'pruned_layers', 'qkv_bias', 'qk_norm', 'per_layer_config', 'transformers.js_config']) expect(json).not.toHaveProperty(key);
    expect(specOfConfig(json)).toEqual(spec);
  });

  const slides = [null, 3, 3, 3];
  it.each<[string, Partial<ModelSpec>]>([
    ['llama', {}],
    ['llama', { outputBias: true, qkvBias: true, mlpBias: true }],
    ['llama', { family: 'pruned_llama' }],
    ['mistral', { family: 'mistral' }],
    ['mistral', { family: 'mistral', windows: [3, 3, 3, 3] }],
    ['qwen2', { family: 'qwen2', qkvBias: true }],
    ['qwen2', { family: 'qwen2', qkvBias: true, windows: slides }],
    ['qwen2', { family: 'pruned_llama', qkvBias: true }],
    ['qwen3', { family: 'qwen3', qkNorm: true, hidden: 11 }],
    ['qwen3', { family: 'qwen3', qkNorm: true, outputBias: true, qkvBias: true, windows: slides }],
    ['llama', { rotary: { theta: 1e4, scaling: { type: 'linear', factor: 2 } } }],
    ['llama', { rotary: { theta: 1e4, scaling: { type: 'dynamic', factor: 2, originalPositions: 64 } } }],
    ['llama', { rotary: { theta: 1e4, scaling: { type: 'llama3', factor: 8, lowFrequencyFactor: 1, highFrequencyFactor: 4, originalPositions: 16 } } }],
  ])('is %s with %j', (type, changes) => {
    const spec = regular(changes);
    const original = { ...baseConfig(spec), rope_scaling: { type: 'linear', factor: 9 }, original_max_position_embeddings: 3, sliding_window: 5, use_sliding_window: true };
    const json = written(spec, { config: original });
    expect(json).toMatchObject({ model_type: type, architectures: [classes[type]] });
    expect(specOfConfig(json)).toEqual({ ...spec, family: type });
  });

  it.each<[string, ModelSpec]>([
    ['heads that do not divide the hidden size of a Llama', regular({ hidden: 11 })],
    ['windows of two sizes', regular({ family: 'qwen2', qkvBias: true, windows: [3, 3, 4, 4] })],
    ['windows in some layers of a Llama', regular({ windows: slides })],
    ['biases that no stock class has', regular({ qkvBias: true, mlpBias: true })],
    ['a ragged group in all layers', regular({ layers: [{ queryGroups: [1, 2], channels: 9 }] })],
    ['no MLP at all', regular({ layers: [{ queryGroups: [2, 2], channels: 0 }] })],
    ['a narrower MLP', narrow],
    ['a ragged layer', ragged],
    ['a module that is gone', withoutMlp],
  ])('is not stock with %s', (_, spec) => {
    expect(needsRemoteCode(spec)).toBe(true);
    expect(written(spec)).toMatchObject({ architectures: ['PrunedForCausalLM'] });
  });
});

describe('the warning that stock transformers would load random weights', () => {
  const options = (spec: ModelSpec, changes: Partial<FolderConfigOptions> = {}): FolderConfigOptions => ({ config: baseConfig(spec), spec, safetensors: 'fp32', onnx: [onnx('fp16')], ...changes });

  it('is given where nothing but whole modules is missing', () => {
    expect(folderWarning(options(withoutMlp))).toMatch(/trust_remote_code=True.* ordinary llama model/);
  });

  it.each<[string, FolderConfigOptions]>([
    ['a width differs', options(narrow)],
    ['the heads differ', options(regular({ layers: [{ queryGroups: [2], channels: 12 }, { queryGroups: [], channels: 12 }] }))],
    ['the type is one that asks for the code', options(withoutMlp, { onnx: [] })],
    ['there are no safetensors', options(withoutMlp, { safetensors: null })],
    ['nothing is missing', options(regular())],
  ])('is not given where %s', (_, given) => {
    expect(folderWarning(given)).toBeNull();
  });
});

it('is the same text each time, with floats where transformers warns of whole numbers', () => {
  const spec = { ...irregularSpec, rotary: { theta: 1e4, scaling: { type: 'linear', factor: 2 } } } as const;
  const options = { config: baseConfig(spec), spec, safetensors: 'fp32', onnx: [] } as const;
  expect(folderConfig(options)).toBe(folderConfig(options));
  expect(folderConfig(options)).toContain('"factor": 2.0');
});
