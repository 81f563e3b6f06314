import { kvHeads, queryHeads } from '../model/spec.ts';
import type { LayerShape, ModelSpec } from '../model/spec.ts';
import type { Graph, Value } from '../onnx/graph.ts';
import { add, concat, gather, matMul, mul, reshape, softmax, transpose } from '../onnx/ops.ts';
import { linear, rmsNorm } from './layer-parts.ts';
import { BATCH, PAST, SEQUENCE, TOTAL } from './position-graph.ts';
import type { Positions } from './position-graph.ts';
import { rotate } from './rotary-graph.ts';
import type { StoredWeights } from './stored-weights.ts';

/** A graph under construction, the shapes it takes, and its weights. */
export interface DecoderContext {
  readonly graph: Graph;
  readonly spec: ModelSpec;
  readonly weights: StoredWeights;
}

/** Keys and values of one layer `[batch, KV heads, length, head_dim]`, the keys rotated. */
export interface Cache {
  readonly key: Value;
  readonly value: Value;
}

function layerShape({ layers }: ModelSpec, layer: number): LayerShape {
  const shape = layers[layer];
  if (shape === undefined) throw new RangeError(`no layer ${layer}`);
  return shape;
}

/** Declares the inputs that hold a layer's past. Sizes but batch and length are numbers: loaders make the empty cache from them. */
export function pastInputs(graph: Graph, spec: ModelSpec, layer: number): Cache {
  const shape = [BATCH, kvHeads(layerShape(spec, layer)), PAST, spec.headDim];
  const past = (part: string): Value => graph.input(`past_key_values.${layer}.${part}`, 'float32', shape);
  return { key: past('key'), value: past('value') };
}

/** The KV head that each query head reads: `[3, 1]` gives `[0, 0, 0, 1]`. */
function kvHeadOfQuery({ queryGroups }: LayerShape): number[] {
  return queryGroups.flatMap((size, head) => Array.from({ length: size }, () => head));
}

/**
 * Self-attention of one layer without norm and residual, its query groups as ragged as they are (Vaswani et al., arXiv
 * 1706.03762; grouped queries: Ainslie et al., arXiv 2305.13245). x, result `[batch, sequence, d]`.
 */
export function attentionGraph(context: DecoderContext, positions: Positions, x: Value, layer: number, past: Cache): { output: Value; present: Cache } {
  const { graph, spec, weights } = context;
  const shape = layerShape(spec, layer);
  const prefix = `model.layers.${layer}.self_attn.`;
  const project = (part: 'q' | 'k' | 'v', heads: number): Value => {
    const flat = linear(graph, weights, `${prefix}${part}_proj`, x); // [batch, sequence, heads * head_dim]
    const rows = reshape(graph, flat, [0, 0, heads, spec.headDim], [BATCH, SEQUENCE, heads, spec.headDim]);
    const norm = weights.find(`${prefix}${part}_norm.weight`);
    return transpose(graph, norm ? rmsNorm(graph, rows, norm, spec.rmsEpsilon) : rows, [0, 2, 1, 3]); // [batch, heads, sequence, head_dim]
  };
  const queries = rotate(graph, project('q', queryHeads(shape)), spec.headDim, positions.rotation);
  const keys = rotate(graph, project('k', kvHeads(shape)), spec.headDim, positions.rotation);
  const present = {
    key: concat(graph, [past.key, keys], 2, TOTAL), // [batch, KV heads, total, head_dim]
    value: concat(graph, [past.value, project('v', kvHeads(shape))], 2, TOTAL),
  };
  const mixed = mixValues(context, positions.maskBias(layer), shape, queries, present); // [batch, query heads, sequence, head_dim]
  const columns = queryHeads(shape) * spec.headDim;
  const joined = reshape(graph, transpose(graph, mixed, [0, 2, 1, 3]), [0, 0, columns], [BATCH, SEQUENCE, columns]);
  return { output: linear(graph, weights, `${prefix}o_proj`, joined), present };
}

/** `softmax(q k^T / sqrt(head_dim) + mask) v` for every query head, reading the KV head that it belongs to. */
function mixValues({ graph, spec }: DecoderContext, maskBias: Value, shape: LayerShape, queries: Value, { key, value }: Cache): Value {
  const heads = kvHeadOfQuery(shape);
  const repeated = heads.some((head, index) => head !== index);
  const perQuery = (x: Value): Value => (repeated ? gather(graph, x, graph.ints(heads), 1) : x); // [batch, query heads, total, head_dim]
  const scaled = mul(graph, queries, graph.scalar(spec.headDim ** -0.5));
  const scores = matMul(graph, scaled, transpose(graph, perQuery(key), [0, 1, 3, 2])); // [batch, query heads, sequence, total]
  const weights = softmax(graph, add(graph, scores, maskBias));
  return matMul(graph, weights, perQuery(value)); // [batch, query heads, sequence, head_dim]
}
