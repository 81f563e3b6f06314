import * as v from 'valibot';
import { between, count, limits } from './config-values.ts';
import type { Complain } from './config-values.ts';
import type { RotaryScaling, RotarySettings } from './spec.ts';

const theta = v.nullish(between(1, 1e12));
const types = ['default', 'linear', 'dynamic', 'llama3'] as const;
const type = v.nullish(v.picklist(types, (issue) => `is ${issue.received.slice(0, 40)}, which is not supported (only ${types.join(', ')})`));
const wholeHead = v.nullish(v.literal(1, 'is not supported unless 1'));
const bend = v.nullish(between(1e-6, limits.scaling));

const keys = {
  rope_type: type,
  type,
  rope_theta: theta,
  factor: v.nullish(between(1, limits.scaling)),
  low_freq_factor: bend,
  high_freq_factor: bend,
  original_max_position_embeddings: v.nullish(count(limits.positions)),
  partial_rotary_factor: wholeHead,
};
const entrySchema = v.looseObject(keys, 'must be an object');
type Entry = v.InferOutput<typeof entrySchema>;

/** Plain, or one entry for each kind of layer. */
const rotarySchema = v.looseObject({ ...keys, full_attention: v.optional(entrySchema), sliding_attention: v.optional(entrySchema) }, 'must be an object');

/** The keys of config.json that say how positions turn: `rope_scaling` of transformers 4, `rope_parameters` of 5. */
export const rotaryEntries = {
  rope_theta: theta,
  rope_scaling: v.nullish(rotarySchema),
  rope_parameters: v.nullish(rotarySchema),
  original_max_position_embeddings: v.nullish(count(limits.positions)),
  partial_rotary_factor: wholeHead,
};
type RotaryConfig = v.InferOutput<v.ObjectSchema<typeof rotaryEntries, undefined>>;

interface Context {
  readonly config: RotaryConfig;
  readonly positions: number;
  readonly complain: Complain;
}

function scalingOf(path: string, entry: Entry, { config, positions, complain }: Context): RotaryScaling | null {
  const kind = entry.rope_type ?? entry.type ?? 'default';
  const needed = (name: 'factor' | 'low_freq_factor' | 'high_freq_factor'): number => {
    const value = entry[name];
    if (typeof value === 'number') return value;
    complain(`${path}.${name} is missing, which the type "${kind}" needs`);
    return 1;
  };
  if (kind === 'default') return null;
  const factor = needed('factor');
  if (kind === 'linear') return { type: kind, factor };
  // As transformers does: what else the config says of original positions is not read.
  if (kind === 'dynamic') return { type: kind, factor, originalPositions: positions };
  const [lowFrequencyFactor, highFrequencyFactor] = [needed('low_freq_factor'), needed('high_freq_factor')];
  if (entry.low_freq_factor && entry.high_freq_factor && highFrequencyFactor <= lowFrequencyFactor) {
    complain(`${path}.high_freq_factor ${highFrequencyFactor} is not above low_freq_factor ${lowFrequencyFactor}`);
  }
  const originalPositions = config.original_max_position_embeddings ?? entry.original_max_position_embeddings ?? positions;
  return { type: kind, factor, lowFrequencyFactor, highFrequencyFactor, originalPositions };
}

/** The settings that each entry of the config stands for, by its path. */
function* statedSettings(context: Context): Iterable<readonly [path: string, settings: RotarySettings]> {
  const { config } = context;
  const settings = (path: string, entry: Entry): RotarySettings => ({
    theta: entry.rope_theta ?? config.rope_theta ?? 10_000,
    scaling: scalingOf(path, entry, context),
  });
  for (const key of ['rope_scaling', 'rope_parameters'] as const) {
    const stated = config[key];
    if (!stated || Object.keys(stated).length === 0) continue;
    const { full_attention: full, sliding_attention: sliding } = stated;
    if (!full && !sliding) yield [key, settings(key, stated)];
    if (full) yield [`${key}.full_attention`, settings(`${key}.full_attention`, full)];
    if (sliding) yield [`${key}.sliding_attention`, settings(`${key}.sliding_attention`, sliding)];
  }
}

/**
 * How positions turn, by the rules of Hugging Face's transformers; `positions` is `max_position_embeddings`. One rotation
 * serves all layers, so settings that differ between kinds of layers are complained of.
 */
export function rotarySettings(config: RotaryConfig, { positions, headDim }: { readonly positions: number; readonly headDim: number }, complain: Complain): RotarySettings {
  const [first, ...others] = statedSettings({ config, positions, complain });
  if (first === undefined) return { theta: config.rope_theta ?? 10_000, scaling: null };
  const [path, settings] = first;
  for (const [other, differing] of others) {
    if (JSON.stringify(differing) !== JSON.stringify(settings)) complain(`${path} and ${other} differ, and one rotation serves all layers`);
  }
  if (settings.scaling?.type === 'dynamic' && headDim <= 2) complain('rotary scaling of the type "dynamic" is not defined for head_dim 2');
  return settings;
}
