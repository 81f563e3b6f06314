import type { ModelSpec } from '../model/spec.ts';
import type { Graph, Value } from '../onnx/graph.ts';
import { add, and, cast, concat, cos, lessOrEqual, mul, neg, range, shapeOf, sin, split, squeeze, sub, unsqueeze, where } from '../onnx/ops.ts';

/** Names of the sizes that are open in an exported file. Loaders look for exactly these. */
export const BATCH = 'batch_size';
export const SEQUENCE = 'sequence_length';
export const PAST = 'past_sequence_length';
export const TOTAL = 'total_sequence_length';

/** The largest negative float32: weight 0 after softmax, and a row of nothing else stays finite, unlike with -infinity. */
const MASKED = -3.4028235e38;

/** What all attention modules share. */
export interface Positions {
  /** `[batch, 1, sequence, head_dim]`, both halves alike. */
  readonly cosines: Value;
  readonly sines: Value;
  /** Added to the scores: 0 where a query may look, else {@link MASKED}. `[batch, 1, sequence, total]` */
  readonly maskBias: Value;
}

/** `theta^(-2i / head_dim)`, rounded to float32 at the steps where the usual implementation rounds (Su et al., arXiv 2104.09864). */
export function inverseFrequencies(headDim: number, theta: number): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: headDim / 2 }, (_, i) => 1 / Math.fround(theta ** Math.fround((2 * i) / headDim)));
}

/** Angles and mask, computed once per run from `attention_mask [batch, total]` and `position_ids [batch, sequence]`. */
export function positionGraph(graph: Graph, spec: ModelSpec, attentionMask: Value, positionIds: Value): Positions {
  const half = spec.headDim / 2;
  const frequencies = graph.initializer('inv_freq', 'float32', [half], inverseFrequencies(spec.headDim, spec.rotary.theta));
  const angles = mul(graph, unsqueeze(graph, cast(graph, positionIds, 'float32'), [1, 3]), frequencies); // [batch, 1, sequence, head_dim / 2]
  // In float64, which keeps them off GPUs: WGSL's cos and sin may be wrong by 5e-4 (2e-4 was measured), and more for large angles.
  const precise = cast(graph, angles, 'float64');
  const doubled = (half: Value): Value => concat(graph, [half, half], -1); // [batch, 1, sequence, head_dim]
  return {
    cosines: doubled(cast(graph, cos(graph, precise), 'float32')),
    sines: doubled(cast(graph, sin(graph, precise), 'float32')),
    maskBias: maskGraph(graph, attentionMask, positionIds),
  };
}

function maskGraph(graph: Graph, attentionMask: Value, positionIds: Value): Value {
  const sizeOf = (value: Value): Value => squeeze(graph, shapeOf(graph, value, 1, 2), [0]); // []
  const total = sizeOf(attentionMask);
  const past = sub(graph, total, sizeOf(positionIds));
  const one = graph.scalar(1, 'int64');
  // Places in the cache, not position ids: padding shifts those.
  const keys = range(graph, graph.scalar(0, 'int64'), total, one, TOTAL); // [total]
  const queries = unsqueeze(graph, range(graph, past, total, one, SEQUENCE), [1]); // [sequence, 1]
  const causal = lessOrEqual(graph, keys, queries); // [sequence, total]
  const real = unsqueeze(graph, cast(graph, attentionMask, 'bool'), [1, 2]); // [batch, 1, 1, total]
  return where(graph, and(graph, causal, real), graph.scalar(0), graph.scalar(MASKED));
}

/** Rotary embedding, half-split: `(a, b)` becomes `(a cos - b sin, b cos + a sin)`. x `[batch, heads, sequence, head_dim]` */
export function rotate(graph: Graph, x: Value, headDim: number, { cosines, sines }: Positions): Value {
  const [a, b] = split(graph, x, [headDim / 2, headDim / 2], -1);
  if (a === undefined || b === undefined) throw new RangeError('Split into two gave less');
  const turned = concat(graph, [neg(graph, b), a], -1);
  return add(graph, mul(graph, x, cosines), mul(graph, turned, sines));
}
