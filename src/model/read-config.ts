import * as v from 'valibot';
import { ExplainedError } from '../base/explained-error.ts';
import { parseJsonObject } from '../sources/bounded-json.ts';
import { between, count, limits } from './config-values.ts';
import type { Complain } from './config-values.ts';
import { familyOf, supportedModels } from './families.ts';
import type { Family } from './families.ts';
import { layerShapes, prunedLayers, prunedWindows } from './read-layers.ts';
import { rotaryEntries, rotarySettings } from './read-rotary.ts';
import { windowEntries, windowsOf } from './read-windows.ts';
import type { ModelSpec } from './spec.ts';

/** More faults than these are counted only. */
const FAULTS_TOLD = 12;

const listed = (problems: readonly string[]): string => {
  const rest = problems.length - FAULTS_TOLD;
  return problems.slice(0, FAULTS_TOLD).join('; ') + (rest > 0 ? `; and ${rest} more` : '');
};

/** config.json has missing, absurd or unsupported values: all of them, not only the first. */
export class ConfigInvalidError extends ExplainedError {
  readonly problems: readonly string[];

  constructor(problems: readonly string[], options?: ErrorOptions) {
    super(
      {
        what: `config.json cannot be used: ${listed(problems)}.`,
        means: 'What the model looks like is not known for certain, so nothing was loaded.',
        remedy: `Take config.json from the same place as the weights, or choose a model without these settings of one of the types ${supportedModels()}.`,
      },
      options,
    );
    this.problems = problems;
  }
}

const flag = v.optional(v.nullable(v.boolean('must be true or false'), false), false);
const activations = ['silu', 'swish'] as const; // one function under two names

/** The defaults are those of the Hugging Face configurations, which leave out what equals them; see also `families.ts`. */
const configSchema = v.looseObject({
  vocab_size: count(limits.vocabulary),
  hidden_size: count(limits.hidden),
  intermediate_size: count(limits.channels),
  num_hidden_layers: count(limits.layers),
  num_attention_heads: count(limits.heads),
  num_key_value_heads: v.nullish(count(limits.heads)),
  head_dim: v.nullish(count(limits.headDim)),
  hidden_act: v.nullish(v.picklist(activations, (issue) => `is ${issue.received.slice(0, 40)}, and only "silu" is supported`)),
  rms_norm_eps: v.optional(between(1e-12, 0.1), 1e-6),
  max_position_embeddings: v.nullish(count(limits.positions)),
  ...rotaryEntries,
  ...windowEntries,
  tie_word_embeddings: flag,
  attention_bias: flag,
  mlp_bias: flag,
  qkv_bias: flag,
  qk_norm: flag,
  pruned_layers: prunedLayers,
  quantization_config: v.nullish(v.never('is not supported: quantized weights cannot be pruned here')),
});

type Config = v.InferOutput<typeof configSchema>;

/** Sizes with their defaults. Complains of values that are right by themselves and not together. */
function sizesOf(config: Config, family: Family, complain: Complain) {
  const { hidden_size: hidden, num_attention_heads: heads } = config;
  const unstated = config.num_key_value_heads === undefined ? family.kvHeads : null; // null in the file is one KV head for each query head
  const kvHeads = config.num_key_value_heads ?? unstated ?? heads;
  if (heads % kvHeads !== 0) complain(`num_attention_heads ${heads} is no multiple of num_key_value_heads ${kvHeads}`);
  const headDim = config.head_dim ?? family.headDim ?? hidden / heads;
  if (!Number.isInteger(headDim)) complain(`hidden_size ${hidden} is no multiple of num_attention_heads ${heads}, and head_dim is not given`);
  else if (headDim % 2 !== 0) complain(`head_dim ${headDim} is odd, and rotary embeddings turn pairs`);
  else if (headDim > limits.headDim) complain(`head_dim ${headDim} is above ${limits.headDim}`);
  if (family.pruned && !config.pruned_layers) complain(`pruned_layers is missing, which the type ${family.name} needs`);
  const positions = config.max_position_embeddings ?? family.positions;
  return { heads, kvHeads, headDim, positions, layers: config.num_hidden_layers, channels: config.intermediate_size };
}

/** Parses config.json. Throws {@link ConfigInvalidError} if it is no JSON object, or nested absurdly deep. */
export function parseConfigJson(text: string): Readonly<Record<string, unknown>> {
  const parsed = parseJsonObject(text, limits.configDepth);
  if ('fault' in parsed) throw new ConfigInvalidError([parsed.fault], { cause: parsed.cause });
  return parsed.json;
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
  const problems: string[] = [];
  const complain: Complain = (problem) => problems.push(problem);
  const sizes = sizesOf(config, family, complain);
  if (problems.length > 0) throw new ConfigInvalidError(problems); // what follows would be nonsense

  const attentionBias = family.optionalAttentionBias && config.attention_bias === true;
  const spec = {
    family: family.name,
    vocabulary: config.vocab_size,
    hidden: config.hidden_size,
    headDim: sizes.headDim,
    rmsEpsilon: config.rms_norm_eps,
    rotary: rotarySettings(config, sizes, complain),
    maxPositions: sizes.positions,
    tiedHead: config.tie_word_embeddings === true,
    qkvBias: byConfig(family.qkvBias, config.qkv_bias) || attentionBias,
    outputBias: attentionBias,
    mlpBias: family.optionalMlpBias && config.mlp_bias === true,
    qkNorm: byConfig(family.qkNorm, config.qk_norm),
    windows: family.windows === 'by-pruned-layer' ? prunedWindows(config.pruned_layers, sizes.positions) : windowsOf(config, family, sizes, complain),
    layers: layerShapes(config.pruned_layers, sizes, complain),
  };
  if (problems.length > 0) throw new ConfigInvalidError(problems);
  return spec;
}

/** What a family always has or never, or leaves to its config. */
const byConfig = (rule: boolean | 'config', stated: boolean | null): boolean => (rule === 'config' ? stated === true : rule);

/** The model that the text of config.json describes; see {@link specOfConfig}. */
export function readConfig(text: string): ModelSpec {
  return specOfConfig(parseConfigJson(text));
}
