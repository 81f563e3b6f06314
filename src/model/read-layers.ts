import * as v from 'valibot';
import { count, limits, shortList, whole } from './config-values.ts';
import type { Complain } from './config-values.ts';
import type { LayerShape } from './spec.ts';

/** `pruned_layers`: query heads of each KV head, the width of the MLP, and the sliding window. Written by this program's export. */
export const prunedLayers = v.nullish(
  shortList(
    limits.layers,
    v.looseObject(
      { heads: shortList(limits.heads, whole(0, limits.heads)), ff: whole(0, limits.channels), window: v.nullish(count(limits.positions)) },
      'must be an object with heads and ff',
    ),
  ),
);

type PrunedLayers = v.InferOutput<typeof prunedLayers>;

interface Sizes {
  readonly layers: number;
  /** Query heads and KV heads of layers that are not pruned. */
  readonly heads: number;
  readonly kvHeads: number;
  readonly channels: number;
}

/** The shape of each layer. Heads that sum to 0 are no attention, `ff` 0 is no MLP. */
export function layerShapes(pruned: PrunedLayers, { layers, heads, kvHeads, channels }: Sizes, complain: Complain): LayerShape[] {
  if (!pruned) {
    const shape = { queryGroups: Array.from({ length: kvHeads }, () => heads / kvHeads), channels };
    return Array.from({ length: layers }, () => shape);
  }
  if (pruned.length !== layers) complain(`pruned_layers has ${pruned.length} entries for ${layers} layers`);
  return pruned.map(({ heads: groups, ff }, layer) => {
    const queries = groups.reduce((sum, size) => sum + size, 0);
    if (queries > limits.heads) complain(`pruned_layers.${layer}.heads sum to ${queries}, and at most ${limits.heads} are believed`);
    if (queries > 0 && groups.includes(0)) complain(`pruned_layers.${layer}.heads has a KV head that no query head reads`);
    return { queryGroups: queries === 0 ? [] : groups, channels: ff };
  });
}

/** The windows that `pruned_layers` states, of those that are shorter than the longest text; null where no layer has one. */
export function prunedWindows(pruned: PrunedLayers, positions: number): (number | null)[] | null {
  const windows = (pruned ?? []).map(({ window }) => (window === null || window === undefined || window >= positions ? null : window));
  return windows.some((window) => window !== null) ? windows : null;
}
