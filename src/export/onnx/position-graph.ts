import { queryHeads } from '../../model/spec.ts';
import type { Graph, Value } from '../../onnx/graph.ts';
import { and, cast, lessOrEqual, range, shapeOf, squeeze, sub, unsqueeze, where } from '../../onnx/ops.ts';
import { SEQUENCE, TOTAL } from './decoder-context.ts';
import type { DecoderContext } from './decoder-context.ts';
import type { FloatType } from './onnx-precision.ts';
import { rotationGraph } from './rotary-graph.ts';
import type { Rotation } from './rotary-graph.ts';

/**
 * What hides a position: weight 0 after softmax, and a row of nothing else stays finite, unlike with -infinity. The largest
 * negative float32, which swallows any score; in float16 half of it, because the sum of -65504 and a score below -16 is
 * infinite already.
 */
const MASKED: Readonly<Record<FloatType, number>> = { float32: -3.4028235e38, float16: -32752 };

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
export function positionGraph(context: DecoderContext, attentionMask: Value, positionIds: Value): Positions {
  return { rotation: rotationGraph(context, positionIds), maskBias: masksGraph(context, attentionMask, positionIds) };
}

/** A mask for each window that layers with attention have. */
function masksGraph({ graph, spec, type }: DecoderContext, attentionMask: Value, positionIds: Value): Positions['maskBias'] {
  const { layers, windows } = spec;
  const windowOf = (layer: number): number | null => windows?.[layer] ?? null;
  const wanted = new Set(layers.flatMap((shape, layer) => (queryHeads(shape) > 0 ? [windowOf(layer)] : [])));
  const places = placesGraph(graph, attentionMask, positionIds);
  const masks = new Map([...wanted].map((window) => [window, maskGraph(graph, type, places, window)]));
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
function maskGraph(graph: Graph, type: FloatType, { keys, queries, causal, real }: Places, window: number | null): Value {
  let seen = causal;
  if (window !== null) {
    const first = sub(graph, queries, graph.scalar(window - 1, 'int64')); // [sequence, 1]
    seen = and(graph, causal, lessOrEqual(graph, first, keys));
  }
  return where(graph, and(graph, seen, real), graph.scalar(0, type), graph.scalar(MASKED[type], type));
}
