import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ExplainedError } from '../base/explained-error.ts';
import { UnsupportedFamilyError } from './families.ts';
import { ConfigInvalidError, readConfig, specOfConfig } from './read-config.ts';
import { inverseFrequencies } from './rotary-tables.ts';
import { kvHeads, prunableParameters, queryHeads, totalParameters } from './spec.ts';

const base = {
  architectures: ['LlamaForCausalLM'],
  model_type: 'llama',
  vocab_size: 131,
  hidden_size: 48,
  intermediate_size: 80,
  num_hidden_layers: 3,
  num_attention_heads: 6,
  num_key_value_heads: 2,
};
const family = (name: string, more: object = {}) => ({ ...base, model_type: name, architectures: undefined, ...more });

const llama3 = { rope_type: 'llama3', factor: 8, low_freq_factor: 1, high_freq_factor: 4, original_max_position_embeddings: 128 };
const scaledAsLlama3 = { type: 'llama3', factor: 8, lowFrequencyFactor: 1, highFrequencyFactor: 4, originalPositions: 128 };

/** Shapes that pruning leaves: ragged groups, no attention (said in two ways), no MLP. */
const pruned = [{ heads: [3, 1], ff: 7 }, { heads: [], ff: 80 }, { heads: [0, 0], ff: 0 }];
const prunedShapes = [{ queryGroups: [3, 1], channels: 7 }, { queryGroups: [], channels: 80 }, { queryGroups: [], channels: 0 }];

describe('golden configurations', () => {
  interface Golden {
    readonly family: string;
    readonly dims: Readonly<Record<string, number | boolean>>;
    readonly total_params: number;
    readonly prunable_params: number;
  }
  test.each(['llama-mha', 'llama-gqa', 'qwen2', 'qwen3'])('%s has the dimensions that its golden states', (name) => {
    const read = (file: string) => readFileSync(new URL(`../../fixtures/goldens/${name}/${file}`, import.meta.url), 'utf8');
    const golden = JSON.parse(read('golden.json')) as Golden;
    const spec = readConfig(read('config.json'));
    const [shape] = spec.layers;
    expect(shape).toBeDefined();
    if (!shape) return;
    expect(golden.dims).toEqual({
      hidden: spec.hidden,
      layers: spec.layers.length,
      heads: queryHeads(shape),
      kv_heads: kvHeads(shape),
      head_dim: spec.headDim,
      intermediate: shape.channels,
      vocab: spec.vocabulary,
      tied: spec.tiedHead,
      qkv_bias: spec.qkvBias,
      o_bias: spec.outputBias,
      mlp_bias: spec.mlpBias,
      qk_norm: spec.qkNorm,
      rms_eps: spec.rmsEpsilon,
      rope_theta: spec.rotary.theta,
    });
    expect(spec.family).toBe(golden.family);
    expect(totalParameters(spec)).toBe(golden.total_params);
    expect(prunableParameters(spec)).toBe(golden.prunable_params);
  });
});

test('a small Llama with the defaults of what it leaves out', () => {
  expect(specOfConfig(base)).toEqual({
    family: 'llama',
    vocabulary: 131,
    hidden: 48,
    headDim: 8,
    rmsEpsilon: 1e-6,
    rotary: { theta: 10_000, scaling: null },
    maxPositions: 2048,
    tiedHead: false,
    qkvBias: false,
    outputBias: false,
    mlpBias: false,
    qkNorm: false,
    windows: null,
    layers: [1, 2, 3].map(() => ({ queryGroups: [3, 3], channels: 80 })),
  });
});

test.each([
  ['no KV heads given: as many as query heads', { num_key_value_heads: undefined }, { layers: [1, 2, 3].map(() => ({ queryGroups: [1, 1, 1, 1, 1, 1], channels: 80 })) }],
  ['attention bias of Llama: q, k, v and o', { attention_bias: true }, { qkvBias: true, outputBias: true, mlpBias: false }],
  ['MLP bias of Llama', { mlp_bias: true }, { qkvBias: false, outputBias: false, mlpBias: true }],
  ['biases of Qwen2, which no setting governs', family('qwen2', { attention_bias: true }), { qkvBias: true, outputBias: false }],
  ['norms of Qwen3, and its default head_dim', family('qwen3'), { qkNorm: true, headDim: 128, qkvBias: false }],
  ['attention bias of Qwen3', family('qwen3', { attention_bias: true }), { qkvBias: true, outputBias: true }],
  ['Mistral, which is a Llama without biases', family('mistral', { attention_bias: true, sliding_window: null }), { family: 'mistral', qkvBias: false }],
  ['a Mistral that leaves out what equals its defaults', family('mistral', { num_attention_heads: 16, head_dim: 4, num_key_value_heads: undefined }), { maxPositions: 131_072, windows: [4096, 4096, 4096], layers: [1, 2, 3].map(() => ({ queryGroups: Array(8).fill(2), channels: 80 })) }],
  ['KV heads that are null: as many as query heads', family('mistral', { num_key_value_heads: null }), { layers: [1, 2, 3].map(() => ({ queryGroups: Array(6).fill(1), channels: 80 })) }],
  ['one KV head', { num_key_value_heads: 1 }, { layers: [1, 2, 3].map(() => ({ queryGroups: [6], channels: 80 })) }],
  ['the window of Mistral, in all layers', family('mistral', { sliding_window: 16 }), { windows: [16, 16, 16] }],
  ['a window that is null', family('mistral', { sliding_window: null }), { windows: null }],
  ['a window as long as the text', family('mistral', { sliding_window: 4096, max_position_embeddings: 4096 }), { maxPositions: 4096, windows: null }],
  ['a window that is not used', family('qwen2', { sliding_window: 16, use_sliding_window: false }), { windows: null, maxPositions: 32_768 }],
  ['a window that the family uses only when told', family('qwen2', { sliding_window: 16 }), { windows: null }],
  ['windows from a layer on', family('qwen2', { sliding_window: 16, use_sliding_window: true, max_window_layers: 1 }), { windows: [null, 16, 16] }],
  ['windows behind the last layer', family('qwen3', { sliding_window: 16, use_sliding_window: true }), { windows: null }],
  ['the window that Qwen leaves out', family('qwen3', { use_sliding_window: true, max_window_layers: 2 }), { windows: [null, null, 4096] }],
  ['windows by the types of layers', family('qwen3', { sliding_window: 9, use_sliding_window: true, max_window_layers: 3, layer_types: ['sliding_attention', 'full_attention', 'sliding_attention'] }), { windows: [9, null, 9] }],
  ['types of layers that are all alike', { layer_types: ['full_attention', 'full_attention', 'full_attention'] }, { windows: null }],
  ['a window that Llama does not read', { sliding_window: 16, use_sliding_window: true }, { windows: null }],
  ['the rotary base at the top', { rope_theta: 500_000 }, { rotary: { theta: 500_000, scaling: null } }],
  ['the rotary base in rope_parameters', { rope_parameters: { rope_type: 'default', rope_theta: 1e6 } }, { rotary: { theta: 1e6, scaling: null } }],
  ['linear scaling, old form', { rope_theta: 5e5, rope_scaling: { type: 'linear', factor: 2 } }, { rotary: { theta: 5e5, scaling: { type: 'linear', factor: 2 } } }],
  ['rope_type before type', { rope_scaling: { type: 'default', rope_type: 'linear', factor: 2.5 } }, { rotary: { theta: 10_000, scaling: { type: 'linear', factor: 2.5 } } }],
  ['dynamic scaling, whose original positions are all', { max_position_embeddings: 512, rope_scaling: { type: 'dynamic', factor: 4, original_max_position_embeddings: 64 } }, { rotary: { theta: 10_000, scaling: { type: 'dynamic', factor: 4, originalPositions: 512 } } }],
  ['the scaling of Llama 3', { rope_theta: 5e5, rope_scaling: llama3 }, { rotary: { theta: 5e5, scaling: scaledAsLlama3 } }],
  ['the scaling of Llama 3, new form', { rope_parameters: { ...llama3, rope_theta: 5e5 } }, { rotary: { theta: 5e5, scaling: scaledAsLlama3 } }],
  ['original positions at the top, which come first', { original_max_position_embeddings: 256, rope_scaling: llama3 }, { rotary: { theta: 10_000, scaling: { ...scaledAsLlama3, originalPositions: 256 } } }],
  ['original positions left out', { max_position_embeddings: 512, rope_scaling: { ...llama3, original_max_position_embeddings: undefined } }, { rotary: { theta: 10_000, scaling: { ...scaledAsLlama3, originalPositions: 512 } } }],
  ['rotary parameters by kinds of layers that are equal', { rope_parameters: { full_attention: { ...llama3, rope_theta: 5e5 }, sliding_attention: { ...llama3, rope_theta: 5e5 } } }, { rotary: { theta: 5e5, scaling: scaledAsLlama3 } }],
  ['both forms that say the same', { rope_scaling: llama3, rope_parameters: llama3 }, { rotary: { theta: 10_000, scaling: scaledAsLlama3 } }],
  ['rope_scaling that is empty', { rope_scaling: {}, rope_parameters: { rope_theta: 1e6 } }, { rotary: { theta: 1e6, scaling: null } }],
  ['SiLU by its other name', { hidden_act: 'swish' }, {}],
  ['rope_scaling that is null', { rope_scaling: null }, {}],
  ['rope_scaling that is the default', { rope_scaling: { type: 'default' } }, {}],
  ['a tied head', { tie_word_embeddings: true }, { tiedHead: true }],
  ['a head_dim of its own', { head_dim: 10 }, { headDim: 10 }],
])('%s', (_, change, expected) => {
  expect(specOfConfig({ ...base, ...change, architectures: undefined })).toMatchObject(expected);
});

describe('layers that this program has pruned', () => {
  test.each(['llama', 'qwen2', 'qwen3', 'mistral'])('are taken up in a %s', (name) => {
    const whole = specOfConfig(family(name));
    expect(specOfConfig(family(name, { pruned_layers: pruned }))).toEqual({ ...whole, layers: prunedShapes });
  });

  test('are a type of their own, whose config says what it has', () => {
    const config = { ...base, model_type: 'pruned_llama', architectures: ['PrunedForCausalLM'], pruned_layers: pruned };
    expect(specOfConfig(config)).toMatchObject({ family: 'pruned_llama', qkvBias: false, qkNorm: false, outputBias: false, layers: prunedShapes });
    expect(specOfConfig({ ...config, qkv_bias: true })).toMatchObject({ qkvBias: true, qkNorm: false, outputBias: false });
    expect(specOfConfig({ ...config, qk_norm: true, mlp_bias: true })).toMatchObject({ qkvBias: false, qkNorm: true, outputBias: false, mlpBias: true });
    expect(specOfConfig({ ...config, attention_bias: true })).toMatchObject({ qkvBias: true, qkNorm: false, outputBias: true });
  });

  test.each(['llama', 'qwen2', 'qwen3', 'mistral'])('keep the type %s where others need it: their architecture decides, and each layer has its own window', (name) => {
    const pruned_layers = pruned.map((layer, index) => ({ ...layer, window: [16, null, 4096][index] }));
    const config = { ...base, model_type: name, architectures: ['PrunedForCausalLM'], sliding_window: 7, use_sliding_window: true, max_position_embeddings: 4096, pruned_layers };
    const spec = specOfConfig({ ...config, layer_types: ['sliding_attention'], qkv_bias: name === 'qwen2', qk_norm: name === 'qwen3' });
    expect(spec).toEqual({
      ...specOfConfig(base),
      family: name,
      maxPositions: 4096,
      qkvBias: name === 'qwen2',
      qkNorm: name === 'qwen3',
      windows: [16, null, null],
      layers: prunedShapes,
    });
    expect(() => specOfConfig({ ...config, pruned_layers: undefined })).toThrow(/pruned_layers is missing/);
    expect(() => specOfConfig({ ...config, pruned_layers: [{ heads: [1], ff: 1, window: 0 }] })).toThrow(/pruned_layers\.0\.window must be a whole number/);
  });

  test('leave windows and the rotation as they are', () => {
    const config = family('mistral', { sliding_window: 5, pruned_layers: pruned, rope_scaling: llama3 });
    expect(specOfConfig(config)).toMatchObject({ windows: [5, 5, 5], rotary: { scaling: scaledAsLlama3 }, layers: prunedShapes });
  });

  test('a family whose table has no such switch ignores them', () => {
    expect(specOfConfig({ ...base, qkv_bias: true, qk_norm: true })).toMatchObject({ qkvBias: false, qkNorm: false });
  });
});

test.each([
  ['zero layers', { num_hidden_layers: 0 }, /num_hidden_layers must be a whole number from 1 to 512 \(it is 0\)/],
  ['a negative width', { hidden_size: -48 }, /hidden_size must/],
  ['a fractional width', { hidden_size: 48.5 }, /hidden_size must/],
  ['a width in words', { hidden_size: '48' }, /hidden_size must/],
  ['a vocabulary of 1e12', { vocab_size: 1e12 }, /vocab_size must be a whole number from 1 to 1048576/],
  ['a million layers', { num_hidden_layers: 1e6 }, /num_hidden_layers must/],
  ['no vocabulary', { vocab_size: undefined }, /vocab_size is missing/],
  ['an intermediate size that is null', { intermediate_size: null }, /intermediate_size must/],
  ['heads that do not divide', { num_key_value_heads: 4 }, /num_attention_heads 6 is no multiple of num_key_value_heads 4/],
  ['more KV heads than heads', { num_key_value_heads: 12 }, /no multiple/],
  ['a width that the heads do not divide', { hidden_size: 50 }, /hidden_size 50 is no multiple of num_attention_heads 6/],
  ['an odd head_dim', { head_dim: 7 }, /head_dim 7 is odd/],
  ['another activation', { hidden_act: 'gelu' }, /hidden_act is "gelu", and only "silu"/],
  ['an epsilon of 0', { rms_norm_eps: 0 }, /rms_norm_eps must/],
  ['a rotary base of 0', { rope_theta: 0 }, /rope_theta must/],
  ['a rotary base that is infinite', { rope_theta: Number.POSITIVE_INFINITY }, /rope_theta must/],
  ['rotary embeddings scaled in another way', { rope_scaling: { type: 'longrope', factor: 8 } }, /rope_scaling\.type is "longrope", which is not supported \(only default, linear, dynamic, llama3\)/],
  ['scaling without its factors', { rope_scaling: { rope_type: 'llama3', factor: 8 } }, /rope_scaling\.low_freq_factor is missing.*rope_scaling\.high_freq_factor is missing/],
  ['linear scaling without a factor', { rope_parameters: { rope_type: 'linear' } }, /rope_parameters\.factor is missing, which the type "linear" needs/],
  ['a factor below 1', { rope_scaling: { type: 'linear', factor: 0 } }, /rope_scaling\.factor must be a number from 1/],
  ['frequency factors in the wrong order', { rope_scaling: { ...llama3, high_freq_factor: 1 } }, /high_freq_factor 1 is not above low_freq_factor 1/],
  ['rotary parameters that differ between kinds of layers', { rope_parameters: { full_attention: { rope_theta: 1e6 }, sliding_attention: { rope_theta: 1e4 } } }, /rope_parameters\.full_attention and rope_parameters\.sliding_attention differ/],
  ['two forms that say different things', { rope_scaling: llama3, rope_parameters: { rope_theta: 1e4 } }, /rope_scaling and rope_parameters differ/],
  ['dynamic scaling of a single pair', { head_dim: 2, rope_scaling: { type: 'dynamic', factor: 2 } }, /not defined for head_dim 2/],
  ['rotary parameters of another kind', { rope_parameters: { full_attention: 3 } }, /rope_parameters\.full_attention must be an object/],
  ['scaled rotary parameters', { rope_parameters: { rope_type: 'yarn', rope_theta: 1e6 } }, /rope_parameters\.rope_type is "yarn"/],
  ['partial rotary embeddings', { partial_rotary_factor: 0.5 }, /partial_rotary_factor is not supported/],
  ['a window of nothing', family('mistral', { sliding_window: 0 }), /sliding_window must be a whole number from 1/],
  ['layers of other kinds', { layer_types: ['full_attention', 'chunked_attention', 'linear_attention'] }, /layer_types\.1 is "chunked_attention", which is not supported.*layer_types\.2 is "linear_attention"/],
  ['types of fewer layers than there are', family('qwen2', { layer_types: ['full_attention'] }), /layer_types has 1 entries for 3 layers/],
  ['types of a million layers', { layer_types: Array(1e6).fill(7) }, /layer_types must be a list of at most 512 entries/],
  ['layers with a window in a Llama', { sliding_window: 8, layer_types: ['full_attention', 'full_attention', 'sliding_attention'] }, /no sliding_window is in use/],
  ['layers with a window that is not in use', family('qwen3', { sliding_window: 8, layer_types: ['full_attention', 'full_attention', 'sliding_attention'] }), /no sliding_window is in use/],
  ['a Mistral whose layers differ', family('mistral', { sliding_window: 8, layer_types: ['full_attention', 'full_attention', 'sliding_attention'] }), /models of the type mistral have their sliding_window in all/],
  ['pruned layers of another number', { pruned_layers: pruned.slice(1) }, /pruned_layers has 2 entries for 3 layers/],
  ['a KV head that nobody reads', { pruned_layers: [{ heads: [2, 0], ff: 1 }, ...pruned.slice(1)] }, /pruned_layers\.0\.heads has a KV head that no query head reads/],
  ['too many heads together', { pruned_layers: [{ heads: [1000, 1000], ff: 1 }, ...pruned.slice(1)] }, /pruned_layers\.0\.heads sum to 2000, and at most 1024/],
  ['heads that are a number', { pruned_layers: [{ heads: 4, ff: 1 }] }, /pruned_layers\.0\.heads must be a list/],
  ['a negative width of a pruned layer', { pruned_layers: [{ heads: [], ff: -1 }] }, /pruned_layers\.0\.ff must be a whole number from 0/],
  ['a pruned model without its layers', family('pruned_llama'), /pruned_layers is missing/],
  ['quantized weights', { quantization_config: { bits: 4 } }, /quantization_config is not supported/],
  ['a bias that is a word', { attention_bias: 'yes' }, /attention_bias must be true or false/],
])('%s is refused', (_, change, words) => {
  const config = { ...base, ...change };
  expect(() => specOfConfig(config)).toThrow(ConfigInvalidError);
  expect(() => specOfConfig(config)).toThrow(words);
});

test('all problems are told at once', () => {
  const thrown = ((): unknown => {
    try {
      return specOfConfig({ ...base, hidden_size: 0, vocab_size: undefined, hidden_act: 'relu' });
    } catch (reason) {
      return reason;
    }
  })();
  expect(thrown).toBeInstanceOf(ConfigInvalidError);
  expect(thrown).toHaveProperty('problems.length', 3);
});

test.each([
  ['gpt2', /other positions/],
  ['gemma3_text', /GELU/],
  ['phi3', /arranged/],
  ['mixtral', /mixtures of experts/],
  ['llama4_text', /mixtures of experts/],
  ['ministral', /differ from those of Llama/],
  ['mistral3', /decoder/],
  ['smollm3', /differ from those of Llama/],
  ['qwen3_moe', /mixtures of experts/],
  ['mamba2', /attention/],
  ['bert', /decoder/],
  ['something-new', /not known here/],
])('models of the type %s are refused by name and with the reason', (name, reason) => {
  expect(() => specOfConfig(family(name))).toThrow(UnsupportedFamilyError);
  expect(() => specOfConfig(family(name))).toThrow(reason);
  expect(() => specOfConfig(family(name))).toThrow(name);
});

test('the refusal lists what the table supports', () => {
  const refuse = () => specOfConfig(family('gpt2'));
  for (const words of ['Llama 1, 2 and 3, SmolLM, SmolLM2', 'Mistral', 'Qwen2, Qwen2.5', 'Qwen3']) {
    expect(refuse).toThrow(words);
  }
});

test('of very many faults a few are told', () => {
  const layers = Array.from({ length: 500 }, () => ({ heads: 'all', ff: null }));
  expect(() => specOfConfig({ ...base, pruned_layers: layers })).toThrow(/^config.json cannot be used: (?:[^;]*; ){12}and 988 more\. What/);
});

test('a Llama without its head for language, or no type at all, is refused', () => {
  expect(() => specOfConfig({ ...base, architectures: ['LlamaForSequenceClassification'] })).toThrow(/LlamaForSequenceClassification/);
  expect(() => specOfConfig({ ...base, model_type: undefined })).toThrow(UnsupportedFamilyError);
});

test.each(['', '{', '[]', 'null', '3', '"llama"'])('the text %j is no configuration', (text) => {
  expect(() => readConfig(text)).toThrow(ConfigInvalidError);
});

test('any value in any place gives a sound spec or an explained refusal', () => {
  const keys = fc.constantFrom(...Object.keys(base), 'head_dim', 'rope_theta', 'rope_parameters', 'rope_scaling', 'rms_norm_eps', 'sliding_window', 'layer_types', 'use_sliding_window', 'pruned_layers', 'original_max_position_embeddings', 'tie_word_embeddings', 'max_position_embeddings');
  const scalings = fc.record(
    { rope_type: fc.constantFrom('linear', 'dynamic', 'llama3', 'yarn'), factor: fc.double(), low_freq_factor: fc.double(), high_freq_factor: fc.integer() },
    { requiredKeys: [] },
  );
  const layers = fc.array(fc.record({ heads: fc.array(fc.integer({ min: -1, max: 3 }), { maxLength: 4 }), ff: fc.integer({ min: -1, max: 9 }) }), { maxLength: 4 });
  const values = fc.oneof(fc.jsonValue(), fc.integer({ min: -1, max: 64 }), fc.double(), scalings, layers, fc.array(fc.constantFrom('full_attention', 'sliding_attention')));
  fc.assert(
    fc.property(fc.dictionary(keys, values, { maxKeys: 3 }), fc.constantFrom('llama', 'mistral', 'qwen2', 'pruned_llama'), (changes, type) => {
      try {
        const spec = specOfConfig({ ...base, model_type: type, architectures: undefined, ...changes });
        expect(Number.isSafeInteger(totalParameters(spec))).toBe(true);
        expect(spec.layers.every((shape) => shape.queryGroups.every((size) => Number.isInteger(size) && size > 0))).toBe(true);
        expect(spec.windows === null || spec.windows.length === spec.layers.length).toBe(true);
        expect([...inverseFrequencies(spec.headDim, spec.rotary, 100)].every(Number.isFinite)).toBe(true);
      } catch (reason) {
        if (!(reason instanceof ExplainedError)) throw reason;
      }
    }),
    { numRuns: 500 },
  );
});
