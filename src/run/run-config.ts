import * as v from 'valibot';
import { formatIds } from '../export/formats.ts';
import { sourceLimits } from '../sources/limits.ts';

/** What a run is asked to do: `run.json`, version 1. The page, the headless runner and stored runs share it. */

/** What names a model or a text. */
const reference = v.pipe(v.string(), v.minLength(1), v.maxLength(sourceLimits.reference));

const count = (minimum: number, maximum: number) =>
  v.pipe(v.number(), v.integer(), v.minValue(minimum), v.maxValue(maximum));
const rate = v.pipe(v.number(), v.minValue(1e-8), v.maxValue(1));

export const stageSchema = v.strictObject({
  /** Candidates that go on to the next stage; falls strictly, the last is 1. */
  survivors: count(1, 64),
  /** Tokens on which every candidate of the stage is measured. */
  fitnessTokens: count(2, 1 << 24),
  /** Tokens of fine-tuning before the measurement. */
  trainingTokens: count(0, 1 << 28),
});

const stagesSchema = v.pipe(
  v.array(stageSchema),
  v.minLength(1),
  v.maxLength(8),
  v.check((stages) => stages.at(-1)?.survivors === 1, 'the last stage must keep exactly 1 survivor'),
  v.check(
    (stages) => stages.every((stage, index) => index === 0 || stage.survivors < (stages[index - 1]?.survivors ?? 0)),
    'survivors must fall strictly from stage to stage',
  ),
  v.readonly(),
);

const searchSchema = v.strictObject({
  strategy: v.optional(v.picklist(['evolution', 'random', 'uniform']), 'evolution'),
  generations: v.optional(count(1, 100_000), 40),
  offspring: v.optional(count(1, 64), 16),
  mutation: v.optional(v.picklist(['any', 'same-type']), 'any'),
  maxFlips: v.optional(count(1, 16), 3),
  /** Probability that a flip is an attention module; null: by the number of modules. */
  attentionShare: v.optional(v.nullable(v.pipe(v.number(), v.minValue(0), v.maxValue(1))), null),
  stages: v.optional(stagesSchema, [
    { survivors: 4, fitnessTokens: 512, trainingTokens: 0 },
    { survivors: 1, fitnessTokens: 2048, trainingTokens: 0 },
  ]),
  learningRate: v.optional(rate, 1e-4),
  fitness: v.optional(v.picklist(['kl', 'perplexity']), 'kl'),
  /** Whether a stage gives up candidates that cannot survive it any more, and how sure it has to be that none of them would have. */
  earlyStop: v.optional(v.nullable(v.strictObject({ confidence: v.pipe(v.number(), v.minValue(0.5), v.maxValue(0.9999)) })), null),
});

const targetSchema = v.union(
  [
    /** Share of the prunable parameters that goes. */
    v.strictObject({ sparsity: v.pipe(v.number(), v.minValue(0.01), v.maxValue(0.99)) }),
    /** Parameters of the whole model, embedding and norms included. */
    v.strictObject({ parameters: count(1, 1e12) }),
    /** How many times as fast as the dense model it is on the run's device, one sequence at a time: writing or reading. */
    v.strictObject({ speedup: v.pipe(v.number(), v.minValue(1.01), v.maxValue(100)), measure: v.picklist(['decode', 'prefill']) }),
  ],
  'expected { sparsity }, { parameters } or { speedup, measure }',
);

export const runConfigSchema = v.strictObject({
  version: v.literal(1),
  /** A model as `sources/model-ref.ts` writes it (bundled id, `hub:…`, `url:…`, `local:…`), or (headless) a path to its folder. */
  model: v.optional(reference, 'tales-6m'),
  /** Texts as `sources/text-ref.ts` writes them (bundled id, `url:…`, `local:…`), or (headless) paths to files. The same text twice is parted. */
  texts: v.optional(
    v.strictObject({
      training: v.optional(reference, 'tales'),
      heldOut: v.optional(reference, 'tales-heldout'),
    }),
    {},
  ),
  backend: v.optional(v.picklist(['auto', 'webgpu', 'wasm']), 'auto'),
  seed: v.optional(count(0, 0xffff_ffff), 1),
  /** What the pruned model is to be. */
  target: v.optional(targetSchema, { sparsity: 0.5 }),
  /** K: nominal levels are 0 (dense) to K (module removed). */
  levels: v.optional(count(2, 64), 10),
  granularity: v.optional(v.picklist(['kv-group', 'query-head']), 'kv-group'),
  calibrationTokens: v.optional(count(16, 1 << 24), 16_384),
  /** Element type of the stored level database: float16 takes half the space and rounds the weights. */
  databasePrecision: v.optional(v.picklist(['float32', 'float16']), 'float32'),
  /** Where the channels of MLPs are cut: on the processor in float64, or by WebGPU in float32 where the run computes on it. */
  databaseOn: v.optional(v.picklist(['cpu', 'gpu']), 'cpu'),
  /** Whether fine-tuning and post-training change the embedding and the head: without, they take less memory. */
  trainEmbeddings: v.optional(v.boolean(), true),
  /** Tokens that go through the model at once: fewer take less memory. */
  batchTokens: v.optional(count(16, 1 << 16), 2048),
  search: v.optional(searchSchema, {}),
  postTraining: v.optional(
    v.strictObject({ tokens: v.optional(count(0, 1 << 30), 0), learningRate: v.optional(rate, 3e-4) }),
    {},
  ),
  evaluation: v.optional(v.strictObject({ tokens: v.optional(count(2, 1 << 24), 16_384) }), {}),
  /** What the winner is written as, in this order; the page writes more when it is asked. */
  exports: v.optional(v.pipe(v.array(v.picklist(formatIds)), v.check((formats) => new Set(formats).size === formats.length, 'no format may stand twice')), ['onnx-fp32']),
});

export type RunConfig = v.InferOutput<typeof runConfigSchema>;
export type RunConfigInput = v.InferInput<typeof runConfigSchema>;
export type Target = RunConfig['target'];
export type Stage = RunConfig['search']['stages'][number];

/** Settings that may change while the search runs; they act from the next generation. */
export const searchChangesSchema = v.partial(
  v.strictObject({
    generations: count(1, 100_000),
    offspring: count(1, 64),
    mutation: v.picklist(['any', 'same-type']),
    maxFlips: count(1, 16),
    attentionShare: v.nullable(v.pipe(v.number(), v.minValue(0), v.maxValue(1))),
    stages: stagesSchema,
    learningRate: rate,
  }),
);
export type SearchSettingsChanges = v.InferOutput<typeof searchChangesSchema>;
