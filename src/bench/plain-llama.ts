import { llamaTraits } from '../model/llama-traits.ts';
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
  return { ...llamaTraits, vocabulary, hidden, headDim, maxPositions: 2048, layers: Array.from({ length: layers }, () => ({ queryGroups, channels })) };
}
