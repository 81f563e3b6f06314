import { ExplainedError } from '../base/explained-error.ts';

/**
 * What a family of models has beyond what all share: RMS norms, rotary positions, gated SiLU MLPs. Defaults are those of
 * the Hugging Face configurations, whose files may leave out what equals them.
 */
export interface Family {
  /** `model_type` of config.json. */
  readonly name: string;
  /** Models that people know, for the message that lists what is supported. */
  readonly models: string;
  /** The class that `architectures` names. */
  readonly architecture: string;
  /** Biases on q, k and v: always, never, or as `qkv_bias` of the config says. */
  readonly qkvBias: boolean | 'config';
  /** `attention_bias` of the config puts biases on q, k, v and o. */
  readonly optionalAttentionBias: boolean;
  /** `mlp_bias` of the config puts biases on gate, up and down. */
  readonly optionalMlpBias: boolean;
  /** RMS norms on the heads of q and k: always, never, or as `qk_norm` of the config says. */
  readonly qkNorm: boolean | 'config';
  /** head_dim where the config gives none; null: hidden / heads. */
  readonly headDim: number | null;
  /** KV heads where the config leaves them out; null: as many as query heads. */
  readonly kvHeads: number | null;
  /** `max_position_embeddings` where the config gives none. */
  readonly positions: number;
  /**
   * Sliding windows: `none` whatever the config says; `all` layers have that of `sliding_window`; `by-layer`, if
   * `use_sliding_window` says so, those of `layer_types` or from `max_window_layers` on; `by-pruned-layer` those of `pruned_layers`.
   */
  readonly windows: 'none' | 'all' | 'by-layer' | 'by-pruned-layer';
  /** `sliding_window` where the config leaves it out. */
  readonly window: number | null;
  /** `pruned_layers` must be there. In every other family it may be. */
  readonly pruned: boolean;
}

const plain = {
  qkvBias: false,
  optionalAttentionBias: false,
  optionalMlpBias: false,
  qkNorm: false,
  headDim: null,
  kvHeads: null,
  positions: 2048,
  windows: 'none',
  window: null,
  pruned: false,
} as const;
const qwen = { ...plain, kvHeads: 32, positions: 32_768, windows: 'by-layer', window: 4096 } as const;

/** Models that were pruned here, whatever they were before: their config says what they have. */
const pruned: Family = {
  ...plain,
  name: 'pruned_llama',
  models: 'models pruned by this program',
  architecture: 'PrunedForCausalLM',
  qkvBias: 'config',
  optionalAttentionBias: true,
  optionalMlpBias: true,
  qkNorm: 'config',
  windows: 'by-pruned-layer',
  pruned: true,
};

/** Every architecture that the engine computes. A new one is a row here, and goldens. */
const families: readonly Family[] = [
  { ...plain, name: 'llama', models: 'Llama 1, 2 and 3, SmolLM, SmolLM2', architecture: 'LlamaForCausalLM', optionalAttentionBias: true, optionalMlpBias: true },
  { ...plain, name: 'mistral', models: 'Mistral', architecture: 'MistralForCausalLM', kvHeads: 8, positions: 131_072, windows: 'all', window: 4096 },
  { ...qwen, name: 'qwen2', models: 'Qwen2, Qwen2.5', architecture: 'Qwen2ForCausalLM', qkvBias: true },
  { ...qwen, name: 'qwen3', models: 'Qwen3', architecture: 'Qwen3ForCausalLM', optionalAttentionBias: true, qkNorm: true, headDim: 128 },
  pruned,
];

/** The supported types with the models that people know by them. */
export const supportedModels = (): string => families.map(({ name, models }) => `${name} (${models})`).join(', ');

/** Why models that people will try are refused. The first pattern that fits speaks. */
const refusals: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [/moe|mixtral|deepseek|gpt_oss|dbrx|jamba|llama4/, 'its MLPs are mixtures of experts'],
  [/mamba|rwkv|recurrent|zamba|lfm|hybrid|next/, 'it is not made of attention blocks alone'],
  [/gemma/, 'its norms and embeddings are scaled in another way, and it uses GELU'],
  [/gpt2|gpt_neo$|gpt_bigcode|opt|bloom|gptj|codegen/, 'it has LayerNorm, an MLP without a gate, and other positions than rotary ones'],
  [/phi|gpt_neox|falcon|stablelm|cohere|starcoder/, 'its blocks, norms or MLPs are arranged in another way'],
  [/olmo|glm|granite|smollm3|nemotron|minicpm|exaone|ministral/, 'its norms, scales or positions differ from those of Llama'],
  [/bert|t5|bart|whisper|clip|vit|_vl|vision|audio|mistral3|pixtral/, 'it is not a decoder of text alone'],
];

/** An architecture that the engine does not compute. */
export class UnsupportedFamilyError extends ExplainedError {
  constructor(name: string, reason: string) {
    super({
      what: `Models of the type "${name.slice(0, 60)}" are not supported: ${reason}.`,
      means: 'It would be computed wrongly, so it was not loaded.',
      remedy: `Choose a model of one of these types: ${supportedModels()}.`,
    });
  }
}

/**
 * The family that a config belongs to. A model that was pruned here may keep the type that it had, so that other programs take
 * it: its architecture tells, and the rules are those of pruned models. Throws {@link UnsupportedFamilyError}.
 */
export function familyOf(config: Readonly<Record<string, unknown>>): Family {
  const { model_type: type, architectures } = config;
  if (typeof type !== 'string') throw new UnsupportedFamilyError('unknown', 'config.json does not state its model_type');
  const family = families.find(({ name }) => name === type);
  if (!family) {
    const known = refusals.find(([pattern]) => pattern.test(type.slice(0, 60).toLowerCase()));
    throw new UnsupportedFamilyError(type, known?.[1] ?? 'its architecture is not known here');
  }
  const stated: unknown = Array.isArray(architectures) ? architectures[0] : undefined;
  if (stated === pruned.architecture) return { ...pruned, name: type };
  if (stated !== undefined && stated !== family.architecture) {
    const name = typeof stated === 'string' ? stated : 'unknown';
    throw new UnsupportedFamilyError(name, `models of the type ${type} must be ${family.architecture}, which predicts the next token`);
  }
  return family;
}
