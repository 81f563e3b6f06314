import type { ModelSpec } from '../model/spec.ts';

interface Sizes {
  readonly hidden: number;
  readonly headDim: number;
  readonly vocabulary: number;
  readonly layers: number;
  /** Query heads of each KV head. */
  readonly queryGroups: readonly number[];
  readonly channels: number;
}

/** A Llama of these sizes, its head tied to the embedding, all layers alike. */
export function plainLlama({ hidden, headDim, vocabulary, layers, queryGroups, channels }: Sizes): ModelSpec {
  return {
    family: 'llama',
    vocabulary,
    hidden,
    headDim,
    rmsEpsilon: 1e-5,
    rotary: { theta: 10_000, scaling: null },
    maxPositions: 2048,
    tiedHead: true,
    qkvBias: false,
    outputBias: false,
    mlpBias: false,
    qkNorm: false,
    windows: null,
    layers: Array.from({ length: layers }, () => ({ queryGroups, channels })),
  };
}
