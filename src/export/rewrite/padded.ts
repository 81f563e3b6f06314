import type { ModelSpec } from '../../model/spec.ts';
import type { WeightSource } from '../../model/weights.ts';
import { rewriteLayers } from './rewrite-layers.ts';
import type { HeadGroup } from './rewrite-layers.ts';
import { groupsAsTheyAre } from './regrouped.ts';

/** One shape for all layers. */
export interface DenseShape {
  readonly kvHeads: number;
  /** Query heads of each KV head. */
  readonly groupSize: number;
  readonly channels: number;
}

/** The smallest shape that holds every layer of the model, each at least 1. */
export function enclosingShape({ layers }: ModelSpec): DenseShape {
  const largest = (sizes: readonly number[]): number => Math.max(1, ...sizes);
  return {
    kvHeads: largest(layers.map(({ queryGroups }) => queryGroups.length)),
    groupSize: largest(layers.flatMap(({ queryGroups }) => queryGroups)),
    channels: largest(layers.map(({ channels }) => channels)),
  };
}

/** Fills groups up with zeros to the shape. */
function paddedGroups(groups: readonly HeadGroup[], { kvHeads, groupSize }: DenseShape): HeadGroup[] {
  return Array.from({ length: kvHeads }, (_, index) => {
    const group = groups[index];
    return { kvHead: group?.kvHead ?? null, queryHeads: Array.from({ length: groupSize }, (_query, at) => group?.queryHeads[at] ?? null) };
  });
}

/**
 * The same model with all layers of one shape, what is missing as zeros: what programs open that know no irregular layers.
 * It is as large and as slow as a model of that shape. Throws RangeError where a layer does not fit into the shape.
 */
export function padded(source: WeightSource, shape: DenseShape): WeightSource {
  const needed = enclosingShape(source.spec);
  if (needed.kvHeads > shape.kvHeads || needed.groupSize > shape.groupSize || needed.channels > shape.channels) {
    throw new RangeError(`layers of ${JSON.stringify(needed)} do not fit into ${JSON.stringify(shape)}`);
  }
  return rewriteLayers(
    source,
    source.spec.layers.map((layer, index) => ({
      attention: { layer: layer.queryGroups.length === 0 ? null : index, groups: paddedGroups(groupsAsTheyAre(layer), shape) },
      mlp: { layer: layer.channels === 0 ? null : index, channels: shape.channels },
    })),
  );
}
