import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ExplainedError } from '../base/explained-error.ts';
import { UnsupportedFamilyError } from './families.ts';
import { ConfigInvalidError, readConfig, specOfConfig } from './read-config.ts';
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
    rotary: { theta: 10_000 },
    maxPositions: 2048,
    tiedHead: false,
    qkvBias: false,
    outputBias: false,
    mlpBias: false,
    qkNorm: false,
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
  ['a window as long as the text', family('mistral', { sliding_window: 4096, max_position_embeddings: 4096 }), { maxPositions: 4096 }],
  ['a window that is not used', family('qwen2', { sliding_window: 16, use_sliding_window: false }), {}],
  ['a window that the family uses only when told', family('qwen2', { sliding_window: 16 }), {}],
  ['the rotary base at the top', { rope_theta: 500_000 }, { rotary: { theta: 500_000 } }],
  ['the rotary base in rope_parameters', { rope_parameters: { rope_type: 'default', rope_theta: 1e6 } }, { rotary: { theta: 1e6 } }],
  ['rope_scaling that is null', { rope_scaling: null }, {}],
  ['rope_scaling that is the default', { rope_scaling: { type: 'default' } }, {}],
  ['a tied head', { tie_word_embeddings: true }, { tiedHead: true }],
  ['a head_dim of its own', { head_dim: 10 }, { headDim: 10 }],
])('%s', (_, change, expected) => {
  expect(specOfConfig({ ...base, ...change, architectures: undefined })).toMatchObject(expected);
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
  ['scaled rotary embeddings', { rope_scaling: { rope_type: 'llama3', factor: 8 } }, /rope_scaling\.rope_type is "llama3", which is not supported/],
  ['scaled rotary embeddings, old form', { rope_scaling: { type: 'linear', factor: 2 } }, /rope_scaling\.type is "linear"/],
  ['scaled rotary parameters', { rope_parameters: { rope_type: 'yarn', rope_theta: 1e6 } }, /rope_parameters\.rope_type is "yarn"/],
  ['partial rotary embeddings', { partial_rotary_factor: 0.5 }, /partial_rotary_factor is not supported/],
  ['a sliding window in use', family('qwen2', { sliding_window: 16, use_sliding_window: true }), /sliding_window 16 is not supported/],
  ['the sliding window of Mistral', family('mistral', { sliding_window: 1024 }), /sliding_window 1024 is not supported/],
  ['layers of other kinds', { layer_types: ['full_attention', 'sliding_attention'] }, /layer_types\.1 is not supported/],
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
  ['qwen3_moe', /mixtures of experts/],
  ['mamba2', /attention/],
  ['bert', /decoder/],
  ['something-new', /not known here/],
])('models of the type %s are refused by name and with the reason', (name, reason) => {
  expect(() => specOfConfig(family(name))).toThrow(UnsupportedFamilyError);
  expect(() => specOfConfig(family(name))).toThrow(reason);
  expect(() => specOfConfig(family(name))).toThrow(name);
});

test('a Llama without its head for language, or no type at all, is refused', () => {
  expect(() => specOfConfig({ ...base, architectures: ['LlamaForSequenceClassification'] })).toThrow(/LlamaForSequenceClassification/);
  expect(() => specOfConfig({ ...base, model_type: undefined })).toThrow(UnsupportedFamilyError);
});

test.each(['', '{', '[]', 'null', '3', '"llama"'])('the text %j is no configuration', (text) => {
  expect(() => readConfig(text)).toThrow(ConfigInvalidError);
});

test('any value in any place gives a sound spec or an explained refusal', () => {
  const keys = fc.constantFrom(...Object.keys(base), 'head_dim', 'rope_theta', 'rope_parameters', 'rope_scaling', 'rms_norm_eps', 'sliding_window', 'tie_word_embeddings', 'max_position_embeddings');
  const values = fc.oneof(fc.jsonValue(), fc.integer({ min: -1, max: 64 }), fc.double());
  fc.assert(
    fc.property(fc.dictionary(keys, values, { maxKeys: 3 }), (changes) => {
      try {
        const spec = specOfConfig({ ...base, ...changes });
        expect(Number.isSafeInteger(totalParameters(spec))).toBe(true);
        expect(spec.layers.every((shape) => queryHeads(shape) > 0 && shape.queryGroups.every(Number.isInteger))).toBe(true);
      } catch (reason) {
        if (!(reason instanceof ExplainedError)) throw reason;
      }
    }),
    { numRuns: 500 },
  );
});
