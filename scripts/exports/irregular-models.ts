import { randomFor } from '../../src/base/random.ts';
import type { Random } from '../../src/base/random.ts';

/** A layer as config.json's `pruned_layers` has it: query heads of each KV head, MLP channels. */
interface PrunedLayer {
  readonly heads: readonly number[];
  readonly ff: number;
}

/** A made-up model: its name, and what stands in its config.json. */
export interface ModelPlan {
  readonly name: string;
  readonly seed: number;
  readonly config: Readonly<Record<string, unknown>>;
  /** Where the chat template is: `config` is tokenizer_config.json, `file` chat_template.jinja. */
  readonly chatTemplate: 'config' | 'file' | 'none';
}

const families = [
  { type: 'llama', architecture: 'LlamaForCausalLM' },
  { type: 'qwen2', architecture: 'Qwen2ForCausalLM' },
  { type: 'qwen3', architecture: 'Qwen3ForCausalLM' },
] as const;

/** Of the dense models that the irregular ones were "pruned" from. */
const shapes = [
  { hidden: 64, heads: 8, kvHeads: 4, headDim: 32 },
  { hidden: 96, heads: 12, kvHeads: 3, headDim: 16 },
  { hidden: 64, heads: 8, kvHeads: 2, headDim: 16 },
] as const;
type Shape = (typeof shapes)[number];

const CHANNELS = 96;
const LAYERS = 6;

/** Every irregular model has a layer of each kind; only their order, groups and widths are drawn. */
const layerKinds = ['ragged', 'ragged', 'equal', 'no attention', 'no mlp', 'neither'] as const;

const between = (random: Random, least: number, most: number): number => least + random.below(most - least + 1);
const oddWidth = (random: Random): number => 2 * between(random, 1, CHANNELS / 2 - 1) + 1;

function shuffled<T>(values: readonly T[], random: Random): T[] {
  return values
    .map((value) => ({ value, at: random.unit() }))
    .sort((a, b) => a.at - b.at)
    .map(({ value }) => value);
}

/** Groups that are not all of one size: two KV heads at least. */
function raggedGroups(random: Random, { heads, kvHeads }: Shape): number[] {
  const largest = heads / kvHeads;
  const groups = Array.from({ length: between(random, 2, kvHeads) }, () => between(random, 1, largest));
  const [first = 1] = groups;
  return groups.every((size) => size === first) ? [...groups.slice(1), first === 1 ? 2 : first - 1] : groups;
}

function equalGroups(random: Random, { heads, kvHeads }: Shape): number[] {
  const size = between(random, 1, heads / kvHeads);
  return Array.from({ length: between(random, 1, kvHeads) }, () => size);
}

function irregularLayers(random: Random, shape: Shape): PrunedLayer[] {
  return shuffled(layerKinds, random).map((kind) => {
    const ff = kind === 'no mlp' || kind === 'neither' ? 0 : oddWidth(random);
    if (kind === 'no attention' || kind === 'neither') return { heads: [], ff };
    return { heads: kind === 'ragged' ? raggedGroups(random, shape) : equalGroups(random, shape), ff };
  });
}

/** The program's own checks read up to 256 tokens. */
const POSITIONS = 512;

function config(family: (typeof families)[number], { hidden, heads, kvHeads, headDim }: Shape, tied: boolean): Record<string, unknown> {
  return {
    architectures: [family.architecture],
    model_type: family.type,
    hidden_size: hidden,
    intermediate_size: CHANNELS,
    num_hidden_layers: LAYERS,
    num_attention_heads: heads,
    num_key_value_heads: kvHeads,
    head_dim: headDim,
    hidden_act: 'silu',
    rms_norm_eps: 1e-5,
    rope_theta: 10_000,
    max_position_embeddings: POSITIONS,
    tie_word_embeddings: tied,
    bos_token_id: 0,
    eos_token_id: 0,
  };
}

/** Stretched positions as in Llama 3.1: all three branches of the rule occur among the pairs of a head. */
const llama3 = { rope_type: 'llama3', factor: 8, low_freq_factor: 1, high_freq_factor: 4, original_max_position_embeddings: 64 };

const placeOfTemplate = ['config', 'file', 'none'] as const;

/** Irregular models of every family, `seeds` of each: tied and untied by turns, the third of every three Llamas with stretched positions. */
export function irregularModels(seeds: number): ModelPlan[] {
  return families.flatMap((family) =>
    Array.from({ length: seeds }, (_, index) => {
      const seed = index + 1;
      const random = randomFor(seed, 'layers', family.type);
      const shape = shapes[index % shapes.length] ?? shapes[0];
      const tied = index % 2 === 0;
      const stretched = family.type === 'llama' && index % 3 === 2;
      return {
        name: `${family.type}-${seed}-${tied ? 'tied' : 'untied'}${stretched ? '-llama3' : ''}`,
        seed,
        chatTemplate: placeOfTemplate[index % placeOfTemplate.length] ?? 'none',
        config: {
          ...config(family, shape, tied),
          ...(stretched ? { rope_scaling: llama3 } : {}),
          ...(index === 0 ? { max_position_embeddings: 256 } : {}), // no more than those checks reach
          pruned_layers: irregularLayers(random, shape),
        },
      };
    }),
  );
}

/** Models that nothing was pruned from: they keep their own architecture in every format. */
export function denseModels(): ModelPlan[] {
  return families.map((family) => ({
    name: `${family.type}-dense`,
    seed: 1,
    chatTemplate: 'none',
    config: { ...config(family, shapes[0], family.type === 'llama'), num_hidden_layers: 2 },
  }));
}
