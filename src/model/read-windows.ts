import * as v from 'valibot';
import { count, limits, shortList, whole } from './config-values.ts';
import type { Complain } from './config-values.ts';
import type { Family } from './families.ts';

const layerType = v.picklist(['full_attention', 'sliding_attention'], (issue) => `is ${issue.received.slice(0, 40)}, which is not supported (only "full_attention" and "sliding_attention")`);

/** The keys of config.json that say which layers look back how far. */
export const windowEntries = {
  use_sliding_window: v.nullish(v.boolean('must be true or false')),
  sliding_window: v.nullish(count(limits.positions)),
  max_window_layers: v.nullish(whole(0, limits.positions)),
  layer_types: v.nullish(shortList(limits.layers, layerType)),
};
type WindowConfig = v.InferOutput<v.ObjectSchema<typeof windowEntries, undefined>>;

/** Layers of Qwen before the first that may have a window, where the config does not say. */
const FULL_LAYERS = 28;

/** The window that the config's layers may have; null: none. */
function statedWindow({ sliding_window: stated, use_sliding_window: used }: WindowConfig, family: Family): number | null {
  if (family.windows === 'none' || (family.windows === 'by-layer' && used !== true)) return null;
  return stated === undefined ? family.window : stated;
}

/** Which layers have the window where `layer_types` does not say or is not read. */
function slidingByRule(config: WindowConfig, family: Family, layer: number): boolean {
  return family.windows === 'all' || layer >= (config.max_window_layers ?? FULL_LAYERS);
}

/**
 * The window of each layer, by the rules of Hugging Face's transformers; null where no layer has one that is shorter than
 * the longest text.
 */
export function windowsOf(config: WindowConfig, family: Family, sizes: { readonly layers: number; readonly positions: number }, complain: Complain): (number | null)[] | null {
  const { layer_types: types } = config;
  const window = statedWindow(config, family);
  const rule = Array.from({ length: sizes.layers }, (_, layer) => window !== null && slidingByRule(config, family, layer));
  const stated = types?.map((kind) => kind === 'sliding_attention');
  if (stated && stated.length !== sizes.layers) complain(`layer_types has ${stated.length} entries for ${sizes.layers} layers`);
  if (stated?.includes(true) && window === null) complain('layer_types names layers of "sliding_attention", and no sliding_window is in use');
  else if (stated && family.windows === 'all' && stated.includes(false) && window !== null) {
    complain(`layer_types names layers of "full_attention", and models of the type ${family.name} have their sliding_window in all`);
  }
  if (window === null || window >= sizes.positions) return null;
  const sliding = stated ?? rule;
  return sliding.includes(true) ? sliding.map((slides) => (slides ? window : null)) : null;
}
