import { queryHeads } from '../model/spec.ts';
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
  /**
   * For a layer, what is added to the scores: 0 where a query may look, else the largest negative number.
   * `[batch, 1, sequence, total]`, one value for all layers of the same window.
   */
  readonly maskBias: (layer: number) => Value;
}

/** Angles and mask, computed once per run from `attention_mask [batch, total]` and `position_ids [batch, sequence]`. */
export function positionGraph(graph: Graph, spec: ModelSpec, attentionMask: Value, positionIds: Value): Positions {
  return { rotation: rotationGraph(graph, spec, positionIds), maskBias: masksGraph(graph, spec, attentionMask, positionIds) };
}

/** A mask for each window that layers with attention have. */
function masksGraph(graph: Graph, { layers, windows }: ModelSpec, attentionMask: Value, positionIds: Value): Positions['maskBias'] {
  const windowOf = (layer: number): number | null => windows?.[layer] ?? null;
  const wanted = new Set(layers.flatMap((shape, layer) => (queryHeads(shape) > 0 ? [windowOf(layer)] : [])));
  const places = placesGraph(graph, attentionMask, positionIds);
  const masks = new Map([...wanted].map((window) => [window, maskGraph(graph, places, window)]));
  return (layer) => {
    const mask = masks.get(windowOf(layer));
    if (mask === undefined) throw new RangeError(`layer ${layer} has no attention`);
    return mask;
  };
}

/** Places in the cache, not position ids: padding shifts those. */
interface Places {
  /** `[total]` */
  readonly keys: Value;
  /** `[sequence, 1]` */
  readonly queries: Value;
  /** `[sequence, total]`: the key is not behind the query. */
  readonly causal: Value;
  /** `[batch, 1, 1, total]`: the key is no padding. */
  readonly real: Value;
}

function placesGraph(graph: Graph, attentionMask: Value, positionIds: Value): Places {
  const sizeOf = (value: Value): Value => squeeze(graph, shapeOf(graph, value, 1, 2), [0]); // []
  const total = sizeOf(attentionMask);
  const past = sub(graph, total, sizeOf(positionIds));
  const one = graph.scalar(1, 'int64');
  const keys = range(graph, graph.scalar(0, 'int64'), total, one, TOTAL); // [total]
  const queries = unsqueeze(graph, range(graph, past, total, one, SEQUENCE), [1]); // [sequence, 1]
  const causal = lessOrEqual(graph, keys, queries);
  return { keys, queries, causal, real: unsqueeze(graph, cast(graph, attentionMask, 'bool'), [1, 2]) };
}

/** A query sees keys at `query - window < key <= query`, or at all places up to its own. `[batch, 1, sequence, total]` */
function maskGraph(graph: Graph, { keys, queries, causal, real }: Places, window: number | null): Value {
  let seen = causal;
  if (window !== null) {
    const first = sub(graph, queries, graph.scalar(window - 1, 'int64')); // [sequence, 1]
    seen = and(graph, causal, lessOrEqual(graph, first, keys));
  }
  return where(graph, and(graph, seen, real), graph.scalar(0), graph.scalar(MASKED));
}
