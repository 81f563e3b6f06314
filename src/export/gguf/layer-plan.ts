import { kvHeads, queryHeads } from '../../model/spec.ts';
import type { LayerShape, ModelSpec } from '../../model/spec.ts';
import type { GgufType } from '../formats.ts';
import { BLOCK } from '../quantise.ts';
import { equalGroups } from '../rewrite/regrouped.ts';
import type { HeadGroup, LayerRewrite } from '../rewrite/rewrite-layers.ts';

/** Layers of the model that a layer of the file takes its modules from; null: it has no such module. */
interface Slot {
  readonly attention: number | null;
  readonly mlp: number | null;
}

/** A head of zeros: attention that adds nothing. */
const ZERO_HEAD: readonly HeadGroup[] = [{ kvHead: null, queryHeads: [null] }];

/** Channels as a type stores them: rows of the down projection that are quantised are whole blocks. */
export const storedChannels = (channels: number, type: GgufType): number => {
  const unit = type === 'q8_0' ? BLOCK : 1;
  return Math.max(1, Math.ceil(channels / unit)) * unit;
};

/** Layers without the empty ones, and attention alone together with the MLP that follows it. */
function slotsOf({ layers }: ModelSpec): Slot[] {
  const slots: Slot[] = [];
  for (const [index, shape] of layers.entries()) {
    const attention = queryHeads(shape) > 0 ? index : null;
    const mlp = shape.channels > 0 ? index : null;
    const last = slots.at(-1);
    if (attention === null && mlp === null) continue;
    if (attention === null && last !== undefined && last.mlp === null) slots[slots.length - 1] = { attention: last.attention, mlp };
    else slots.push({ attention, mlp });
  }
  return slots.length > 0 ? slots : [{ attention: null, mlp: null }];
}

/**
 * What the layers of a GGUF file with irregular layers are made of: groups of one size, no empty layers, every layer with
 * an MLP (llama.cpp forgets the attention of one without), and attention in the first, if need be of zeros. `everywhere`
 * puts it into all of them: architectures other than `deci` know no layer without. Nothing of this changes a logit.
 */
export function ggufLayers(spec: ModelSpec, type: GgufType, everywhere: boolean): LayerRewrite[] {
  const attentionOf = (layer: number | null, first: boolean): LayerRewrite['attention'] => {
    const shape = layer === null ? undefined : spec.layers[layer];
    if (shape !== undefined) return { layer, groups: equalGroups(shape) };
    return everywhere || first ? { layer: null, groups: ZERO_HEAD } : null;
  };
  return slotsOf(spec).map(({ attention, mlp }, index) => ({
    attention: attentionOf(attention, index === 0),
    mlp: { layer: mlp, channels: storedChannels(mlp === null ? 0 : (spec.layers[mlp]?.channels ?? 0), type) },
  }));
}

/** Whether all layers have the same heads and channels, and every one both. */
export function areAlike(layers: readonly LayerShape[]): boolean {
  const [first] = layers;
  if (first === undefined) return false;
  const size = ({ queryGroups }: LayerShape): number | undefined => queryGroups[0];
  return layers.every(
    (shape) =>
      queryHeads(shape) > 0 && shape.channels === first.channels && kvHeads(shape) === kvHeads(first) && shape.queryGroups.every((group) => group === size(first)),
  );
}
