import type { Graph, Value } from '../../onnx/graph.ts';
import {
  add,
  concat,
  gemm,
  matMul,
  mul,
  reshape,
  reshapeTo,
  rotaryEmbedding,
  shapeOf,
  simplifiedLayerNormalization,
  slice,
  softmax,
  transpose,
} from '../../onnx/ops.ts';
import { dimAt } from '../../onnx/shapes.ts';
import type { ModelSpec } from '../spec.ts';
import type { ModuleGraph } from './module-graph.ts';

interface AttentionInputs {
  /** int64 `[4]`: sequences, length, -1, head_dim. */
  readonly headShape: Value;
  /** `[sequences, length, head_dim / 2]` */
  readonly cosines: Value;
  readonly sines: Value;
  /** `[length, positions]`: 0 where a position may look, very negative where it may not; a sliding window is in it. */
  readonly mask: Value;
  /** `[query_heads, kv_heads]`: 1 where a query head reads a KV head, else 0. */
  readonly expand: Value;
}

export interface AttentionOptions {
  /** Goes on from keys and values of positions before, which are inputs: `past.keys` and `past.values`. */
  readonly past?: boolean;
  /**
   * Queries are taken in blocks, each against the keys up to its last one: what no query sees is not multiplied. Their bounds are
   * fed, `bounds [QUERY_BLOCKS + 1]`, int64.
   */
  readonly inBlocks?: boolean;
}

/** Four blocks leave five eighths of the scores. */
export const QUERY_BLOCKS = 4;

/** Attention, and what later positions need of these: `[sequences, kv_heads, positions, head_dim]`, keys turned; the past's are included. */
export interface AttentionGraph extends ModuleGraph {
  readonly keys: Value;
  readonly values: Value;
}

function attentionInputs(graph: Graph, headDim: number, positions: string): AttentionInputs {
  return {
    headShape: graph.input('headShape', 'int64', [4]),
    cosines: graph.input('cosines', 'float32', ['sequences', 'length', headDim / 2]),
    sines: graph.input('sines', 'float32', ['sequences', 'length', headDim / 2]),
    mask: graph.input('mask', 'float32', ['length', positions]),
    expand: graph.input('expand', 'float32', ['query_heads', 'kv_heads']),
  };
}

/**
 * Causal self-attention with rotary positions and grouped queries, residual included: `x + o(attention(norm(x)))`.
 * The number of heads and their grouping are free: KV heads are copied to their query heads by a matrix product with
 * `expand`, whose gradient is a sum in a fixed order.
 */
export function attentionGraph(graph: Graph, spec: ModelSpec, { past = false, inBlocks = false }: AttentionOptions = {}): AttentionGraph {
  const { hidden, headDim } = spec;
  const x = graph.input('x', 'float32', ['tokens', hidden]);
  const positions = past ? 'positions' : 'length';
  const fed = attentionInputs(graph, headDim, positions);
  const tensors = new Map<string, Value>();
  const weight = (name: string, shape: (number | string)[]): Value => {
    const value = graph.input(name, 'float32', shape);
    tensors.set(name, value);
    return value;
  };
  const norm = weight('input_layernorm.weight', [hidden]);
  const normed = simplifiedLayerNormalization(graph, x, norm, spec.rmsEpsilon); // [tokens, hidden]
  const project = (part: 'q' | 'k' | 'v', columns: string): Value => {
    const matrix = weight(`self_attn.${part}_proj.weight`, [columns, hidden]);
    const bias = spec.qkvBias ? weight(`self_attn.${part}_proj.bias`, [columns]) : undefined;
    return gemm(graph, normed, matrix, { transB: true, ...(bias && { c: bias }) }); // [tokens, columns]
  };
  const headNorm = (part: 'q' | 'k', heads: Value): Value => {
    if (!spec.qkNorm) return heads;
    return simplifiedLayerNormalization(graph, heads, weight(`self_attn.${part}_norm.weight`, [headDim]), spec.rmsEpsilon);
  };
  const queries = project('q', 'query_columns');
  const ownKeys = project('k', 'kv_columns');
  const ownValues = project('v', 'kv_columns');
  const q = turn(graph, fed, headNorm('q', toHeads(graph, fed, queries, 'query_heads', headDim)));
  const join = (name: string, recent: Value): Value =>
    past ? concat(graph, [graph.input(name, 'float32', ['sequences', 'kv_heads', 'past', headDim]), recent], 2, positions) : recent;
  const keys = join('past.keys', turn(graph, fed, headNorm('k', toHeads(graph, fed, ownKeys, 'kv_heads', headDim))));
  const values = join('past.values', transpose(graph, toHeads(graph, fed, ownValues, 'kv_heads', headDim), [0, 2, 1, 3]));
  const read = { q, k: expandHeads(graph, fed, keys, headDim), v: expandHeads(graph, fed, values, headDim), mask: fed.mask };
  const mixed = inBlocks ? mixInBlocks(graph, read, headDim) : mix(graph, read, headDim);
  const columns = reshapeTo(graph, mixed, shapeOf(graph, queries), queries.shape); // [tokens, query_columns]
  const output = weight('self_attn.o_proj.weight', [hidden, 'query_columns']);
  const residual = spec.outputBias ? add(graph, x, weight('self_attn.o_proj.bias', [hidden])) : x;
  const products = { queries, keys: ownKeys, values: ownValues, mixed: columns };
  return { x, tensors, products, keys, values, projected: columns, output: gemm(graph, columns, output, { transB: true, c: residual }) };
}

/** `[tokens, heads * head_dim]` to `[sequences, length, heads, head_dim]` */
function toHeads(graph: Graph, { headShape }: AttentionInputs, x: Value, heads: string, headDim: number): Value {
  return reshapeTo(graph, x, headShape, ['sequences', 'length', heads, headDim]);
}

/** To `[sequences, heads, length, head_dim]`, turned by position. */
function turn(graph: Graph, { cosines, sines }: AttentionInputs, heads: Value): Value {
  return rotaryEmbedding(graph, transpose(graph, heads, [0, 2, 1, 3]), cosines, sines);
}

/** `[sequences, kv_heads, positions, head_dim]` to `[sequences, query_heads, positions, head_dim]` */
function expandHeads(graph: Graph, { expand }: AttentionInputs, heads: Value, headDim: number): Value {
  const rows = reshape(graph, heads, [0, 0, -1], ['sequences', 'kv_heads', 'head_size']);
  return reshape(graph, matMul(graph, expand, rows), [0, 0, -1, headDim], ['sequences', 'query_heads', dimAt(heads.shape, 2), headDim]);
}

/** What scaled dot-product attention reads: `[sequences, query_heads, length | positions, head_dim]`, and the mask. */
interface Read {
  readonly q: Value;
  readonly k: Value;
  readonly v: Value;
  readonly mask: Value;
}

/** Scaled dot-product attention (Vaswani et al., arXiv 1706.03762), back to `[sequences, length, query_heads, head_dim]`. */
function mix(graph: Graph, { q, k, v, mask }: Read, headDim: number): Value {
  const scaled = mul(graph, q, graph.scalar(1 / Math.sqrt(headDim)));
  const scores = matMul(graph, scaled, transpose(graph, k, [0, 1, 3, 2])); // [sequences, query_heads, length, positions]
  const shares = softmax(graph, add(graph, scores, mask));
  return transpose(graph, matMul(graph, shares, v), [0, 2, 1, 3]);
}

/** The same of a causal mask, a block of queries at a time. */
function mixInBlocks(graph: Graph, { q, k, v, mask }: Read, headDim: number): Value {
  const bounds = graph.input('bounds', 'int64', [QUERY_BLOCKS + 1]);
  const bound = (index: number): Value => slice(graph, bounds, { axis: 0, start: index, end: index + 1 });
  const blocks = Array.from({ length: QUERY_BLOCKS }, (_, block) => {
    const [start, end] = [bound(block), bound(block + 1)];
    const queries = (x: Value, axis: number): Value => slice(graph, x, { axis, start, end, dim: `queries_${block}` });
    const seen = (x: Value, axis: number): Value => slice(graph, x, { axis, start: 0, end, dim: `seen_${block}` });
    return mix(graph, { q: queries(q, 2), k: seen(k, 2), v: seen(v, 2), mask: seen(queries(mask, 0), 1) }, headDim);
  });
  return concat(graph, blocks, 1, 'length');
}
