import { queryHeads } from '../../model/spec.ts';
import type { ModelSpec } from '../../model/spec.ts';
import { areAlike } from './layer-plan.ts';

/** What llama.cpp calls the models that it can compute. `deci` and `openelm` know layers of different sizes. */
export type Architecture = 'llama' | 'qwen2' | 'qwen3' | 'deci' | 'openelm';

/** How an architecture wants its tensors. */
export interface ArchitectureTraits {
  /** It turns neighbouring elements of a head as pairs, not those half a head apart. */
  readonly neighbouringPairs: boolean;
  /** q, k and v are one tensor. */
  readonly fusedQkv: boolean;
  /** Sizes are lists with an entry for every layer. */
  readonly sizesByLayer: boolean;
}

const traits: Readonly<Record<Architecture, ArchitectureTraits>> = {
  llama: { neighbouringPairs: true, fusedQkv: false, sizesByLayer: false },
  qwen2: { neighbouringPairs: false, fusedQkv: false, sizesByLayer: false },
  qwen3: { neighbouringPairs: false, fusedQkv: false, sizesByLayer: false },
  deci: { neighbouringPairs: true, fusedQkv: false, sizesByLayer: true },
  openelm: { neighbouringPairs: false, fusedQkv: true, sizesByLayer: true },
};

export const traitsOf = (architecture: Architecture): ArchitectureTraits => traits[architecture];

/**
 * The architecture for a model whose layers are as they will be in the file. Qwen2 with what `qwen2` lacks (other biases,
 * the frequencies of Llama 3) is a `llama`, which has biases too.
 */
export function architectureOf(spec: ModelSpec): Architecture {
  if (!areAlike(spec.layers)) return spec.qkNorm ? 'openelm' : 'deci';
  if (spec.qkNorm) return 'qwen3';
  const [first] = spec.layers;
  const square = first !== undefined && queryHeads(first) * spec.headDim === spec.hidden;
  const plainQwen2 = square && spec.qkvBias && !spec.outputBias && !spec.mlpBias && spec.rotary.scaling?.type !== 'llama3';
  return plainQwen2 ? 'qwen2' : 'llama';
}
