import { ExplainedError } from '../base/explained-error.ts';

/** What a family of models has beyond what all share: RMS norms, rotary positions, gated SiLU MLPs. */
export interface Family {
  /** `model_type` of config.json. */
  readonly name: string;
  /** Biases on q, k and v whatever the config says. */
  readonly qkvBias: boolean;
  /** `attention_bias` of the config puts biases on q, k, v and o. */
  readonly optionalAttentionBias: boolean;
  /** `mlp_bias` of the config puts biases on gate, up and down. */
  readonly optionalMlpBias: boolean;
  /** RMS norms on the heads of q and k. */
  readonly qkNorm: boolean;
  /** head_dim where the config gives none; null: hidden / heads. */
  readonly headDim: number | null;
  /** `sliding_window` acts unless `use_sliding_window` says no. */
  readonly windowByDefault: boolean;
}

const plain = { qkvBias: false, optionalAttentionBias: false, optionalMlpBias: false, qkNorm: false, headDim: null, windowByDefault: false };

const families: readonly Family[] = [
  { ...plain, name: 'llama', optionalAttentionBias: true, optionalMlpBias: true },
  { ...plain, name: 'mistral', windowByDefault: true },
  { ...plain, name: 'qwen2', qkvBias: true },
  { ...plain, name: 'qwen3', optionalAttentionBias: true, qkNorm: true, headDim: 128 },
];

/** Why models that people will try are refused. The first pattern that fits speaks. */
const refusals: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [/moe|mixtral|deepseek|gpt_oss|dbrx|jamba/, 'its MLPs are mixtures of experts'],
  [/mamba|rwkv|recurrent|zamba|lfm|hybrid|next/, 'it is not made of attention blocks alone'],
  [/gemma/, 'its norms and embeddings are scaled in another way, and it uses GELU'],
  [/gpt2|gpt_neo$|gpt_bigcode|opt|bloom|gptj|codegen/, 'it has LayerNorm, an MLP without a gate, and other positions than rotary ones'],
  [/phi|gpt_neox|falcon|stablelm|cohere|starcoder/, 'its blocks, norms or MLPs are arranged in another way'],
  [/olmo|glm|granite|smollm3|nemotron|minicpm|exaone/, 'its norms, scales or positions differ from those of Llama'],
  [/bert|t5|bart|whisper|clip|vit|_vl|vision|audio/, 'it is not a decoder of text alone'],
];

/** An architecture that the engine does not compute. */
export class UnsupportedFamilyError extends ExplainedError {
  constructor(name: string, reason: string) {
    super({
      what: `Models of the type "${name.slice(0, 60)}" are not supported: ${reason}.`,
      means: 'It would be computed wrongly, so it was not loaded.',
      remedy: `Choose a model of one of these types: ${families.map((family) => family.name).join(', ')}.`,
    });
  }
}

/** The family that a config belongs to. Throws {@link UnsupportedFamilyError}. */
export function familyOf(config: Readonly<Record<string, unknown>>): Family {
  const { model_type: type, architectures } = config;
  if (typeof type !== 'string') throw new UnsupportedFamilyError('unknown', 'config.json does not state its model_type');
  const family = families.find(({ name }) => name === type);
  if (!family) {
    const known = refusals.find(([pattern]) => pattern.test(type.toLowerCase()));
    throw new UnsupportedFamilyError(type, known?.[1] ?? 'its architecture is not known here');
  }
  const expected = `${type}forcausallm`;
  const stated: unknown = Array.isArray(architectures) ? architectures[0] : undefined;
  if (stated !== undefined && String(stated).toLowerCase() !== expected) {
    throw new UnsupportedFamilyError(String(stated), 'it is no language model of the kind that predicts the next token');
  }
  return family;
}
