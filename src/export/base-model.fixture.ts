import type { ModelSpec, RotaryScaling } from '../model/spec.ts';

const bytes = (json: object) => new TextEncoder().encode(JSON.stringify(json));

/** A tokenizer of two tokens, by paths. */
export const tokenizerFiles: Readonly<Record<string, Uint8Array>> = {
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
export function baseConfig(spec: ModelSpec): Record<string, unknown> {
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
