import { writeSafetensors } from '../sources/write-safetensors.fixture.ts';
import { expectedTensors } from './expected-tensors.ts';
import { specOfConfig } from './read-config.ts';

/** Good models that fuzzing begins with: that of the tests, and `npm run fuzz`. */

const common = { vocab_size: 7, hidden_size: 8, intermediate_size: 6, num_hidden_layers: 2, num_attention_heads: 4, num_key_value_heads: 2, rms_norm_eps: 1e-5 };
export const llamaSeed = {
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
export const prunedLayers = [{ heads: [2, 1], ff: 3 }, { heads: [], ff: 0 }];
export const configSeeds: readonly [object, ...object[]] = [
  llamaSeed,
  { ...common, model_type: 'mistral', sliding_window: 5, head_dim: 4 },
  { ...common, model_type: 'qwen2', use_sliding_window: true, sliding_window: 4, max_window_layers: 1, layer_types: ['full_attention', 'sliding_attention'] },
  { ...common, model_type: 'qwen3', head_dim: 6, rope_parameters: { rope_type: 'default', rope_theta: 1e6 } },
  { ...common, model_type: 'pruned_llama', architectures: ['PrunedForCausalLM'], qkv_bias: true, qk_norm: true, pruned_layers: prunedLayers },
  { ...common, model_type: 'mistral', architectures: ['PrunedForCausalLM'], attention_bias: true, mlp_bias: true, pruned_layers: [{ heads: [2, 1], ff: 3, window: 5 }, { heads: [1], ff: 0, window: null }] },
];

const tokenizer = { added_tokens: [], normalizer: null, pre_tokenizer: null, post_processor: null, decoder: null, model: { type: 'BPE', vocab: { a: 0, b: 1, ab: 2 }, merges: ['a b'] } };

/** A whole folder, by path. */
export const folderSeed: Readonly<Record<string, string | Uint8Array>> = {
  'config.json': JSON.stringify(llamaSeed),
  'tokenizer.json': JSON.stringify(tokenizer),
  'tokenizer_config.json': '{"bos_token": "a"}',
  'README.md': '---\nlicense: mit\n---\n',
  'model.safetensors': writeSafetensors([...expectedTensors(specOfConfig(llamaSeed))].map(([name, shape]) => [name, { shape }])),
};
