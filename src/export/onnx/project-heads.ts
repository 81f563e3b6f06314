import { kvHeads, queryHeads } from '../../model/spec.ts';
import type { Value } from '../../onnx/graph.ts';
import { reshape } from '../../onnx/ops.ts';
import { BATCH, layerShape, SEQUENCE } from './decoder-context.ts';
import type { DecoderContext } from './decoder-context.ts';
import { linear, rmsNorm } from './layer-parts.ts';

/** Which of a layer's projections, and how many heads it has. */
export interface Projection {
  readonly layer: number;
  readonly part: 'q' | 'k' | 'v';
}

export const headsOf = ({ spec }: DecoderContext, { layer, part }: Projection): number =>
  (part === 'q' ? queryHeads : kvHeads)(layerShape(spec, layer));

/** Queries, keys or values of a layer with their bias, those that have a norm not yet normed. `[batch, sequence, heads * head_dim]` */
export const projectFlat = ({ graph, weights }: DecoderContext, { layer, part }: Projection, x: Value): Value =>
  linear(graph, weights, `model.layers.${layer}.self_attn.${part}_proj`, x);

/** The norm on each head of these queries or keys, if the model has one. */
export const headNorm = ({ weights }: DecoderContext, { layer, part }: Projection): Value | undefined =>
  weights.find(`model.layers.${layer}.self_attn.${part}_norm.weight`);

/** Queries, keys or values of a layer, normed, not rotated. `[batch, sequence, heads, head_dim]` */
export function projectHeads(context: DecoderContext, projection: Projection, x: Value): Value {
  const { graph, spec } = context;
  const heads = headsOf(context, projection);
  const rows = reshape(graph, projectFlat(context, projection, x), [0, 0, heads, spec.headDim], [BATCH, SEQUENCE, heads, spec.headDim]);
  const norm = headNorm(context, projection);
  return norm ? rmsNorm(graph, rows, norm, spec.rmsEpsilon) : rows;
}

/** Heads side by side. x `[batch, sequence, heads, head_dim]`, result `[batch, sequence, heads * head_dim]` */
export function joinHeads({ graph, spec }: DecoderContext, x: Value, heads: number): Value {
  const columns = heads * spec.headDim;
  return reshape(graph, x, [0, 0, columns], [BATCH, SEQUENCE, columns]);
}
