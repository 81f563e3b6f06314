import * as v from 'valibot';

/**
 * What golden.json says, as far as an engine can be held to it (versions and the reference's own checks are left aside).
 * Other keys are passed over. A dimension that a folder does not state is in its config.json alone, and is not compared.
 */

const number = v.pipe(v.number(), v.finite());
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const positive = v.pipe(v.number(), v.integer(), v.minValue(1));
const tolerance = v.pipe(number, v.minValue(0));
const granularity = v.picklist(['query-head', 'kv-group']);

/** In the words of config.json; what is not stated is not compared. */
const scalingSchema = v.object({
  rope_type: v.optional(v.string()),
  factor: v.optional(number),
  low_freq_factor: v.optional(number),
  high_freq_factor: v.optional(number),
  original_max_position_embeddings: v.optional(number),
});

const dimsSchema = v.object({
  hidden: positive,
  layers: positive,
  heads: positive,
  kv_heads: positive,
  head_dim: positive,
  intermediate: positive,
  vocab: positive,
  tied: v.optional(v.boolean()),
  qkv_bias: v.optional(v.boolean()),
  o_bias: v.optional(v.boolean()),
  mlp_bias: v.optional(v.boolean()),
  qk_norm: v.optional(v.boolean()),
  rms_eps: v.optional(number),
  rope_theta: v.optional(number),
  /** Null: none. */
  rope_scaling: v.optional(v.nullable(scalingSchema)),
  /** Sliding window of each layer, itself included; null: none. */
  windows: v.optional(v.array(v.nullable(positive))),
});

const levelSchema = v.object({
  level: count,
  nominal: v.array(count),
  removed: count,
  kept: count,
  query_heads: v.nullish(count, null),
  kv_heads: v.nullish(count, null),
  params: count,
  loss: number,
});

const moduleSchema = v.object({
  /** Hugging Face name of the output projection. */
  module: v.string(),
  kind: v.picklist(['attn', 'mlp']),
  /** Where its tensors are: `obs/<tag>/<module>`. */
  tensors: v.string(),
  structures: count,
  fallbacks: v.optional(count, 0),
  levels: v.pipe(v.array(levelSchema), v.minLength(1)),
});

const candidateSchema = v.object({
  index: count,
  granularity,
  levels: v.array(count),
  prunable_params: count,
  total_params: count,
  shapes: v.array(v.object({ q: v.array(count), kv: v.array(count), channels: count })),
  kl: number,
  ce: number,
  ppl: number,
});

const adamwSchema = v.object({
  lr: number,
  steps: positive,
  sequences_per_step: positive,
  /** The optimizer alone: the same gradient each step. */
  fixed_gradient: v.optional(v.object({ tensors: v.string(), gradient: v.string(), weight_decay: number, tolerance_max_abs: tolerance })),
  /** By variant: `dense`, `candidate.N`, or either with a suffix such as `.wd`. */
  weight_decay: v.record(v.string(), number),
  losses: v.record(v.string(), v.array(number)),
});

export const goldenSchema = v.object({
  family: v.string(),
  dims: dimsSchema,
  sequence: positive,
  K: positive,
  damping: number,
  /** MLP channels whose inputs are exactly 0, as `[layer, channel]`. */
  dead_channels: v.array(v.tuple([count, count])),
  granularities: v.pipe(v.array(granularity), v.minLength(1)),
  total_params: count,
  prunable_params: count,
  database: v.partial(v.object({ 'query-head': v.array(moduleSchema), 'kv-group': v.array(moduleSchema) })),
  ce: number,
  ppl: number,
  /** By model (`dense`, `candidate.N`): parameters that the loss does not reach. */
  no_gradient: v.record(v.string(), v.array(v.string())),
  adamw: v.optional(adamwSchema),
  candidates: v.array(candidateSchema),
  tolerances: v.record(v.string(), tolerance),
});

export type Golden = v.InferOutput<typeof goldenSchema>;
export type GoldenModule = v.InferOutput<typeof moduleSchema>;
export type GoldenLevel = v.InferOutput<typeof levelSchema>;
export type GoldenCandidate = v.InferOutput<typeof candidateSchema>;
