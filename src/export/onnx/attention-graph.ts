import { queryHeads } from '../../model/spec.ts';
import type { LayerShape } from '../../model/spec.ts';
import type { Value } from '../../onnx/graph.ts';
import { add, concat, gather, matMul, mul, softmax, transpose } from '../../onnx/ops.ts';
import { layerShape, TOTAL } from './decoder-context.ts';
import type { Attend, Cache, DecoderContext } from './decoder-context.ts';
import { linear } from './layer-parts.ts';
import { positionGraph } from './position-graph.ts';
import { joinHeads, projectHeads } from './project-heads.ts';
import { rotate } from './rotary-graph.ts';

/** The KV head that each query head reads: `[3, 1]` gives `[0, 0, 0, 1]`. */
function kvHeadOfQuery({ queryGroups }: LayerShape): number[] {
  return queryGroups.flatMap((size, head) => Array.from({ length: size }, () => head));
}

/**
 * Self-attention in standard operators, the query groups of every layer as ragged as they are (Vaswani et al., arXiv
 * 1706.03762; grouped queries: Ainslie et al., arXiv 2305.13245). Angles and masks are made here, once for all layers, from
 * `attention_mask [batch, total]` and `position_ids [batch, sequence]`.
 */
export function plainAttention(context: DecoderContext, attentionMask: Value, positionIds: Value): Attend {
  const { graph, spec, weights } = context;
  const { rotation, maskBias } = positionGraph(context, attentionMask, positionIds);
  return (x, layer, past) => {
    const shape = layerShape(spec, layer);
    const project = (part: 'q' | 'k' | 'v'): Value => transpose(graph, projectHeads(context, { layer, part }, x), [0, 2, 1, 3]); // [batch, heads, sequence, head_dim]
    const queries = rotate(graph, project('q'), spec.headDim, rotation);
    const keys = rotate(graph, project('k'), spec.headDim, rotation);
    const present = {
      key: concat(graph, [past.key, keys], 2, TOTAL), // [batch, KV heads, total, head_dim]
      value: concat(graph, [past.value, project('v')], 2, TOTAL),
    };
    const mixed = mixValues(context, maskBias(layer), shape, queries, present); // [batch, query heads, sequence, head_dim]
    const joined = joinHeads(context, transpose(graph, mixed, [0, 2, 1, 3]), queryHeads(shape));
    return { output: linear(graph, weights, `model.layers.${layer}.self_attn.o_proj`, joined), present };
  };
}

/** `softmax(q k^T / sqrt(head_dim) + mask) v` for every query head, reading the KV head that it belongs to. */
function mixValues({ graph, spec, type }: DecoderContext, maskBias: Value, shape: LayerShape, queries: Value, { key, value }: Cache): Value {
  const heads = kvHeadOfQuery(shape);
  const repeated = heads.some((head, index) => head !== index);
  const perQuery = (x: Value): Value => (repeated ? gather(graph, x, graph.ints(heads), 1) : x); // [batch, query heads, total, head_dim]
  const scaled = mul(graph, queries, graph.scalar(spec.headDim ** -0.5, type));
  const scores = matMul(graph, scaled, transpose(graph, perQuery(key), [0, 1, 3, 2])); // [batch, query heads, sequence, total]
  const weights = softmax(graph, add(graph, scores, maskBias));
  return matMul(graph, weights, perQuery(value)); // [batch, query heads, sequence, head_dim]
}
