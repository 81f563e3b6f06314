import type { LazyBytes } from '../../base/lazy-bytes.ts';
import { inverseFrequencies } from '../../model/rotary-tables.ts';
import type { ModelSpec } from '../../model/spec.ts';
import type { Value } from '../../onnx/graph.ts';
import { ELEMENT_BYTES } from '../../onnx/graph.ts';
import { cast, groupQueryAttention, reduceSum, shapeOf, squeeze, sub } from '../../onnx/ops.ts';
import { TOTAL } from './decoder-context.ts';
import type { Attend, DecoderContext } from './decoder-context.ts';
import { encodeFloats } from '../encode-floats.ts';
import { linear } from './layer-parts.ts';
import type { FloatType } from './onnx-precision.ts';
import { headNorm, headsOf, joinHeads, projectFlat, projectHeads } from './project-heads.ts';
import type { Projection } from './project-heads.ts';

/** What onnxruntime's rotation wants head sizes to be a multiple of. */
const HEAD_MULTIPLE = 16;
/** Positions of a rotary table that are computed at once. */
const POSITIONS_AT_ONCE = 4096;

/** Whether the fused operator can rotate the heads of this model. */
export const fusedAttentionFits = ({ headDim }: ModelSpec): boolean => headDim % HEAD_MULTIPLE === 0;

/**
 * Self-attention by onnxruntime's GroupQueryAttention, which rotates, masks and keeps the cache itself. Groups of a layer have
 * to be equal. Positions are counted from the first place, so that batches may be padded behind, never before; they end
 * at `max_position_embeddings`. attentionMask `[batch, total]`
 */
export function fusedAttention(context: DecoderContext, attentionMask: Value): Attend {
  const { graph, spec, weights } = context;
  const lengths = reduceSum(graph, attentionMask, { axes: [1] }); // [batch, 1]
  const lastPlaces = cast(graph, sub(graph, lengths, graph.scalar(1, 'int64')), 'int32');
  const total = cast(graph, squeeze(graph, shapeOf(graph, attentionMask, 1, 2), [0]), 'int32'); // []
  const cosines = rotaryCache(context, 'rotary.cosines', Math.cos);
  const sines = rotaryCache(context, 'rotary.sines', Math.sin);
  return (x, layer, past) => {
    const { output, key, value } = groupQueryAttention(graph, {
      query: project(context, { layer, part: 'q' }, x),
      key: project(context, { layer, part: 'k' }, x),
      value: project(context, { layer, part: 'v' }, x),
      pastKey: past.key,
      pastValue: past.value,
      lastPlaces,
      total,
      cosines,
      sines,
      window: spec.windows?.[layer] ?? null,
      totalDim: TOTAL,
    });
    return { output: linear(graph, weights, `model.layers.${layer}.self_attn.o_proj`, output), present: { key, value } };
  };
}

/** Queries, keys or values of a layer, normed. `[batch, sequence, heads * head_dim]` */
function project(context: DecoderContext, projection: Projection, x: Value): Value {
  if (headNorm(context, projection) === undefined) return projectFlat(context, projection, x);
  return joinHeads(context, projectHeads(context, projection, x), headsOf(context, projection));
}

/** `wave(position * frequency)` for all positions of the model, as an initializer `[positions, head_dim / 2]`. */
function rotaryCache({ graph, spec, type }: DecoderContext, name: string, wave: (angle: number) => number): Value {
  return graph.initializer(name, type, [spec.maxPositions, spec.headDim / 2], rotaryBytes(spec, type, name, wave));
}

/** Angles are rounded to float32, as the models were trained; those of "dynamic" scaling are the ones of a short text. */
function rotaryBytes({ maxPositions, headDim, rotary }: ModelSpec, type: FloatType, name: string, wave: (angle: number) => number): LazyBytes {
  const half = headDim / 2;
  return {
    byteLength: maxPositions * half * ELEMENT_BYTES[type],
    async *pieces() {
      const frequencies = inverseFrequencies(headDim, rotary);
      for (let start = 0; start < maxPositions; start += POSITIONS_AT_ONCE) {
        const rows = Math.min(POSITIONS_AT_ONCE, maxPositions - start);
        const angle = (at: number): number => Math.fround((start + Math.floor(at / half)) * (frequencies[at % half] ?? 0));
        yield encodeFloats(Float32Array.from({ length: rows * half }, (_, at) => wave(angle(at))), type, name);
      }
    },
  };
}
