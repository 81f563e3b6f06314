import { ShapeMismatchError } from '../graph-errors.ts';
import type { Dim, Graph, Shape, Value } from '../graph.ts';
import { floatAttribute, intAttribute } from '../graph.ts';
import { dimAt, formatShape, sameDim, sameType } from '../shapes.ts';

/** Operators of onnxruntime that the standard lacks (https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md). */
const DOMAIN = 'com.microsoft';

/** Values that share a scale. */
const BLOCK = 32;

export interface FourBitMatrix {
  /** uint8 `[N, ceil(K / 32), 16]`: two values a byte, the first in the low nibble; 8 stands for zero. */
  readonly packed: Value;
  /** `[N, ceil(K / 32)]`, of the type of what is multiplied. */
  readonly scales: Value;
  /** K, which the blocks may exceed. */
  readonly columns: number;
}

/** `A B^T` with `B [N, K]` in 4 bits, blocks of 32 along K; A `[.., K]`. Products are summed in the type of A. */
export function matMulNBits(graph: Graph, a: Value, { packed, scales, columns }: FourBitMatrix): Value {
  sameType('MatMulNBits', a, scales);
  sameDim('MatMulNBits', dimAt(a.shape, -1), columns);
  const rows = dimAt(packed.shape, 0);
  const blocks = Math.ceil(columns / BLOCK);
  const fits = formatShape(packed.shape) === formatShape([rows, blocks, BLOCK / 2]) && formatShape(scales.shape) === formatShape([rows, blocks]);
  if (!fits || packed.type !== 'uint8' || typeof rows !== 'number') {
    throw new ShapeMismatchError(`MatMulNBits cannot read ${columns} columns from ${formatShape(packed.shape)} and ${formatShape(scales.shape)}.`);
  }
  const attributes = {
    K: intAttribute(columns),
    N: intAttribute(rows),
    bits: intAttribute(4),
    block_size: intAttribute(BLOCK),
    accuracy_level: intAttribute(0),
  };
  return graph.single('MatMulNBits', [a, packed, scales], a.type, [...a.shape.slice(0, -1), rows], { domain: DOMAIN, attributes });
}

export interface GroupedQueries {
  /** `[batch, sequence, heads * head_dim]`, not rotated */
  readonly query: Value;
  /** `[batch, sequence, KV heads * head_dim]`, not rotated */
  readonly key: Value;
  readonly value: Value;
  /** `[batch, KV heads, past, head_dim]`, the keys rotated */
  readonly pastKey: Value;
  readonly pastValue: Value;
  /** int32 `[batch, 1]`: the last place of each sequence. */
  readonly lastPlaces: Value;
  /** int32 `[]`: places of the cache and the new tokens together. */
  readonly total: Value;
  /** `[positions, head_dim / 2]` */
  readonly cosines: Value;
  readonly sines: Value;
  /** Places that a query sees, its own included; null: all before it. */
  readonly window: number | null;
  /** Names the length of the cache after this run. */
  readonly totalDim: Dim;
}

/** Sizes of the heads, from the caches, whose inner sizes are numbers. */
function headSizes({ query, key, pastKey }: GroupedQueries): { headDim: number; kvHeads: number; heads: number } {
  const [kvHeads, headDim] = [dimAt(pastKey.shape, 1), dimAt(pastKey.shape, 3)];
  const [width, keyWidth] = [dimAt(query.shape, -1), dimAt(key.shape, -1)];
  if (typeof headDim === 'number' && typeof kvHeads === 'number' && typeof width === 'number' && keyWidth === kvHeads * headDim) {
    const heads = width / headDim;
    if (Number.isInteger(heads / kvHeads)) return { headDim, kvHeads, heads };
  }
  throw new ShapeMismatchError(`GroupQueryAttention cannot join ${formatShape(query.shape)}, ${formatShape(key.shape)} and ${formatShape(pastKey.shape)}.`);
}

/**
 * Causal attention of grouped queries with rotary embedding (half-split) and cache, scaled by `head_dim^-0.5`. Sequences begin
 * at place 0 and may be padded behind, not before; several new tokens behind a past are for a batch of one. Keys and values of
 * the result hold past and new.
 */
export function groupQueryAttention(graph: Graph, inputs: GroupedQueries): { output: Value; key: Value; value: Value } {
  const { query, key, value, pastKey, pastValue, lastPlaces, total, cosines, sines, window, totalDim } = inputs;
  sameType('GroupQueryAttention', query, key, value, pastKey, pastValue, cosines, sines);
  const { headDim, kvHeads, heads } = headSizes(inputs);
  sameDim('GroupQueryAttention', dimAt(cosines.shape, 1), headDim / 2);
  const attributes = {
    num_heads: intAttribute(heads),
    kv_num_heads: intAttribute(kvHeads),
    do_rotary: intAttribute(1),
    rotary_interleaved: intAttribute(0),
    scale: floatAttribute(headDim ** -0.5),
    local_window_size: intAttribute(window ?? -1),
  };
  const cache: Shape = pastKey.shape.map((size, axis) => (axis === 2 ? totalDim : size));
  const [output, presentKey, presentValue] = graph.node(
    'GroupQueryAttention',
    [query, key, value, pastKey, pastValue, lastPlaces, total, cosines, sines],
    [query.shape, cache, cache].map((shape) => ({ type: query.type, shape })),
    { domain: DOMAIN, attributes },
  );
  if (!output || !presentKey || !presentValue) throw new ShapeMismatchError('GroupQueryAttention has three outputs.');
  return { output, key: presentKey, value: presentValue };
}
