import type { ModelSpec } from '../model/spec.ts';
import type { Graph, Value } from '../onnx/graph.ts';
import { and, cast, lessOrEqual, range, shapeOf, squeeze, sub, unsqueeze, where } from '../onnx/ops.ts';
import { rotationGraph } from './rotary-graph.ts';
import type { Rotation } from './rotary-graph.ts';

/** Names of the sizes that are open in an exported file. Loaders look for exactly these. */
export const BATCH = 'batch_size';
export const SEQUENCE = 'sequence_length';
export const PAST = 'past_sequence_length';
export const TOTAL = 'total_sequence_length';

/** The largest negative float32: weight 0 after softmax, and a row of nothing else stays finite, unlike with -infinity. */
const MASKED = -3.4028235e38;

/** What all attention modules share. */
export interface Positions {
  readonly rotation: Rotation;
  /** Added to the scores: 0 where a query may look, else the largest negative number. `[batch, 1, sequence, total]` */
  readonly maskBias: Value;
}

/** Angles and mask, computed once per run from `attention_mask [batch, total]` and `position_ids [batch, sequence]`. */
export function positionGraph(graph: Graph, spec: ModelSpec, attentionMask: Value, positionIds: Value): Positions {
  return { rotation: rotationGraph(graph, spec, positionIds), maskBias: maskGraph(graph, attentionMask, positionIds) };
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
