import { kvHeads } from '../../model/spec.ts';
import type { LayerShape, ModelSpec } from '../../model/spec.ts';
import type { Graph, Value } from '../../onnx/graph.ts';
import type { FloatType } from './onnx-precision.ts';
import type { GraphWeights } from './graph-weights.ts';

/** Names of the sizes that are open in an exported file. Loaders look for exactly these. */
export const BATCH = 'batch_size';
export const SEQUENCE = 'sequence_length';
export const PAST = 'past_sequence_length';
export const TOTAL = 'total_sequence_length';

/** A graph under construction, the shapes it takes, and its weights. */
export interface DecoderContext {
  readonly graph: Graph;
  readonly spec: ModelSpec;
  /** Of activations and caches. */
  readonly type: FloatType;
  readonly weights: GraphWeights;
}

/** Keys and values of one layer `[batch, KV heads, length, head_dim]`, the keys rotated. */
export interface Cache {
  readonly key: Value;
  readonly value: Value;
}

/** What an attention module makes: its output `[batch, sequence, d]` without norm and residual, and the cache after this run. */
export interface Attended {
  readonly output: Value;
  readonly present: Cache;
}

/** The self-attention of a layer; x `[batch, sequence, d]`, normed. */
export type Attend = (x: Value, layer: number, past: Cache) => Attended;

export function layerShape({ layers }: ModelSpec, layer: number): LayerShape {
  const shape = layers[layer];
  if (shape === undefined) throw new RangeError(`no layer ${layer}`);
  return shape;
}

/** Declares the inputs that hold a layer's past. Sizes but batch and length are numbers: loaders make the empty cache from them. */
export function pastInputs({ graph, spec, type }: DecoderContext, layer: number): Cache {
  const shape = [BATCH, kvHeads(layerShape(spec, layer)), PAST, spec.headDim];
  const past = (part: string): Value => graph.input(`past_key_values.${layer}.${part}`, type, shape);
  return { key: past('key'), value: past('value') };
}
