import type { LayerShape } from '../../model/spec.ts';
import type { WeightSource } from '../../model/weights.ts';
import { regroup } from './regroup.ts';
import { rewriteLayers } from './rewrite-layers.ts';
import type { HeadGroup, LayerRewrite } from './rewrite-layers.ts';

/** The groups of a layer's attention as they are. */
export function groupsAsTheyAre({ queryGroups }: LayerShape): HeadGroup[] {
  let first = 0;
  return queryGroups.map((size, kvHead) => {
    const queryHeads = Array.from({ length: size }, (_, index) => first + index);
    first += size;
    return { kvHead, queryHeads };
  });
}

/** Groups of one size (see {@link regroup}), as most runtimes know them. */
export function equalGroups({ queryGroups }: LayerShape): HeadGroup[] {
  const { size, kvHeads, queryHeads } = regroup(queryGroups);
  return kvHeads.map((kvHead, index) => ({ kvHead, queryHeads: queryHeads.slice(index * size, (index + 1) * size) }));
}

/** A layer that keeps what it has, in the groups that are given. */
export const keepLayer = (shape: LayerShape, layer: number, groups: readonly HeadGroup[]): LayerRewrite => ({
  attention: groups.length === 0 ? null : { layer, groups },
  mlp: shape.channels === 0 ? null : { layer, channels: shape.channels },
});

/** The same model with groups of one size within every layer; what is equal already stays as it is. */
export function regrouped(source: WeightSource): WeightSource {
  return rewriteLayers(
    source,
    source.spec.layers.map((shape, layer) => keepLayer(shape, layer, shape.queryGroups.length === 0 ? [] : equalGroups(shape))),
  );
}
