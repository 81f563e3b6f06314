import { kvHeads, queryHeads } from '../../model/spec.ts';
import type { LayerShape, ModelSpec } from '../../model/spec.ts';
import { traitsOf } from './architecture.ts';
import type { Architecture } from './architecture.ts';
import type { GgufMetadata, GgufValue } from './container.ts';

/** The sizes of a model as llama.cpp reads them, under the name of its architecture. `spec` has the layers of the file. */
export function hyperparameters(spec: ModelSpec, architecture: Architecture): GgufMetadata {
  const { rotary, layers } = spec;
  const uint32 = (value: number): GgufValue => ({ type: 'uint32', value });
  const float32 = (value: number): GgufValue => ({ type: 'float32', value });
  const byLayer = (sizeOf: (shape: LayerShape) => number): GgufValue => {
    const sizes = layers.map(sizeOf);
    return traitsOf(architecture).sizesByLayer ? { type: 'int32[]', value: sizes } : uint32(sizes[0] ?? 0);
  };
  const scaling: [string, GgufValue][] =
    rotary.scaling?.type === 'linear'
      ? [
          ['rope.scaling.type', { type: 'string', value: 'linear' }],
          ['rope.scaling.factor', float32(rotary.scaling.factor)],
        ]
      : [];
  const entries: [string, GgufValue][] = [
    ['vocab_size', uint32(spec.vocabulary)],
    ['context_length', uint32(spec.maxPositions)],
    ['embedding_length', uint32(spec.hidden)],
    ['block_count', uint32(layers.length)],
    ['feed_forward_length', byLayer(({ channels }) => channels)],
    ['attention.head_count', byLayer(queryHeads)],
    ['attention.head_count_kv', byLayer(kvHeads)],
    // Without these, llama.cpp takes embedding_length / head_count of layer 0.
    ['attention.key_length', uint32(spec.headDim)],
    ['attention.value_length', uint32(spec.headDim)],
    ['attention.layer_norm_rms_epsilon', float32(spec.rmsEpsilon)],
    ['rope.dimension_count', uint32(spec.headDim)],
    ['rope.freq_base', float32(rotary.theta)],
    ...scaling,
  ];
  return new Map(entries.map(([key, value]) => [`${architecture}.${key}`, value]));
}
