import * as v from 'valibot';
import { ExplainedError } from '../base/explained-error.ts';
import { familyOf } from './families.ts';
import type { Family } from './families.ts';
import type { ModelSpec } from './spec.ts';

/** config.json has missing, absurd or unsupported values: all of them, not only the first. */
export class ConfigInvalidError extends ExplainedError {
  readonly problems: readonly string[];

  constructor(problems: readonly string[], options?: ErrorOptions) {
    super(
      {
        what: `config.json cannot be used: ${problems.join('; ')}.`,
        means: 'What the model looks like is not known for certain, so nothing was loaded.',
        remedy: 'Take config.json from the same place as the weights, or choose a Llama, Mistral, Qwen2 or Qwen3 model without these settings.',
      },
      options,
    );
    this.problems = problems;
  }
}

/** Largest sizes that are believed; beyond them a file is lying or nothing that a browser can hold. */
const limits = { vocabulary: 1 << 20, hidden: 1 << 16, layers: 512, heads: 1024, headDim: 1024, channels: 1 << 18, positions: 1 << 24 };

const count = (maximum: number) => {
  const message = `must be a whole number from 1 to ${maximum}`;
  return v.pipe(v.number(message), v.integer(message), v.minValue(1, message), v.maxValue(maximum, message));
};
const between = (minimum: number, maximum: number) => {
  const message = `must be a number from ${minimum} to ${maximum}`;
  return v.pipe(v.number(message), v.minValue(minimum, message), v.maxValue(maximum, message));
};
const flag = v.optional(v.nullable(v.boolean('must be true or false'), false), false);
const theta = between(1, 1e12);

const rotaryType = v.optional(v.literal('default', (issue) => `is ${issue.received}, which is not supported (only "default")`));

/** `rope_scaling`, or `rope_parameters`, which holds the base as well. */
const rotarySchema = v.looseObject({
  rope_type: rotaryType,
  type: rotaryType,
  rope_theta: v.optional(theta),
  partial_rotary_factor: v.optional(v.literal(1, 'is not supported unless 1')),
});

/** The defaults are those of the Hugging Face configurations, which leave out what equals them. */
const configSchema = v.looseObject({
  vocab_size: count(limits.vocabulary),
  hidden_size: count(limits.hidden),
  intermediate_size: count(limits.channels),
  num_hidden_layers: count(limits.layers),
  num_attention_heads: count(limits.heads),
  num_key_value_heads: v.nullish(count(limits.heads)),
  head_dim: v.nullish(count(limits.headDim)),
  hidden_act: v.nullish(v.literal('silu', (issue) => `is ${issue.received}, and only "silu" is supported`)),
  rms_norm_eps: v.optional(between(1e-12, 0.1), 1e-6),
  max_position_embeddings: v.optional(count(limits.positions), 2048),
  rope_theta: v.nullish(theta),
  rope_parameters: v.nullish(rotarySchema),
  rope_scaling: v.nullish(rotarySchema),
  partial_rotary_factor: v.nullish(v.literal(1, 'is not supported unless 1')),
  tie_word_embeddings: flag,
  attention_bias: flag,
  mlp_bias: flag,
  use_sliding_window: v.nullish(v.boolean('must be true or false')),
  sliding_window: v.nullish(count(limits.positions)),
  layer_types: v.nullish(v.array(v.literal('full_attention', 'is not supported (only "full_attention")'))),
  quantization_config: v.optional(v.null('is not supported: quantized weights cannot be pruned here')),
});

type Config = v.InferOutput<typeof configSchema>;

/** What is wrong between values that are each right by themselves. */
function* contradictions(config: Config, family: Family): Iterable<string> {
  const { hidden_size: hidden, num_attention_heads: heads, max_position_embeddings: positions } = config;
  const keys = config.num_key_value_heads ?? heads;
  if (heads % keys !== 0) yield `num_attention_heads ${heads} is no multiple of num_key_value_heads ${keys}`;
  const headDim = config.head_dim ?? family.headDim ?? hidden / heads;
  if (!Number.isInteger(headDim)) yield `hidden_size ${hidden} is no multiple of num_attention_heads ${heads}, and head_dim is not given`;
  else if (headDim % 2 !== 0) yield `head_dim ${headDim} is odd, and rotary embeddings turn pairs`;
  const window = config.sliding_window ?? Number.POSITIVE_INFINITY;
  const windowed = config.use_sliding_window ?? family.windowByDefault;
  if (windowed && window < positions) yield `sliding_window ${window} is not supported (attention over everything only)`;
}

/** Parses config.json. Throws {@link ConfigInvalidError} if it is no JSON object. */
export function parseConfigJson(text: string): Readonly<Record<string, unknown>> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new ConfigInvalidError(['it is not JSON'], { cause });
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw new ConfigInvalidError(['it is not a JSON object']);
  return { ...json };
}

function issueText(issue: v.BaseIssue<unknown>): string {
  const path = v.getDotPath(issue) ?? 'the file';
  // A key that is not there has a message of the object's own.
  return issue.input === undefined ? `${path} is missing` : `${path} ${issue.message} (it is ${issue.received.slice(0, 40)})`;
}

/**
 * The model that a parsed config.json describes. Every value is checked before anything is allocated by it.
 * Throws {@link ConfigInvalidError} with all problems, or {@link UnsupportedFamilyError}.
 */
export function specOfConfig(json: Readonly<Record<string, unknown>>): ModelSpec {
  const family = familyOf(json);
  const parsed = v.safeParse(configSchema, json);
  if (!parsed.success) throw new ConfigInvalidError(parsed.issues.map(issueText));
  const config = parsed.output;
  const problems = [...contradictions(config, family)];
  if (problems.length > 0) throw new ConfigInvalidError(problems);

  const heads = config.num_attention_heads;
  const kvHeads = config.num_key_value_heads ?? heads;
  const shape = {
    queryGroups: Array.from({ length: kvHeads }, () => heads / kvHeads),
    channels: config.intermediate_size,
  };
  const attentionBias = family.optionalAttentionBias && config.attention_bias === true;
  return {
    family: family.name,
    vocabulary: config.vocab_size,
    hidden: config.hidden_size,
    headDim: config.head_dim ?? family.headDim ?? config.hidden_size / heads,
    rmsEpsilon: config.rms_norm_eps,
    rotary: { theta: config.rope_parameters?.rope_theta ?? config.rope_theta ?? 10_000 },
    maxPositions: config.max_position_embeddings,
    tiedHead: config.tie_word_embeddings ?? false,
    qkvBias: family.qkvBias || attentionBias,
    outputBias: attentionBias,
    mlpBias: family.optionalMlpBias && config.mlp_bias === true,
    qkNorm: family.qkNorm,
    layers: Array.from({ length: config.num_hidden_layers }, () => shape),
  };
}

/** The model that the text of config.json describes; see {@link specOfConfig}. */
export function readConfig(text: string): ModelSpec {
  return specOfConfig(parseConfigJson(text));
}
