import { ExplainedError } from '../../base/explained-error.ts';
import { queryHeads } from '../../model/spec.ts';
import type { ModelSpec } from '../../model/spec.ts';
import type { CompanionFiles } from '../../sources/companion-files.ts';
import type { DenseShape } from '../rewrite/padded.ts';
import { areAlike, ggufLayers } from './layer-plan.ts';
import { tokenizerKeys } from './tokenizer-keys.ts';

/** What a file is to be. */
export interface GgufTarget {
  readonly shape: 'irregular' | 'padded';
  /** For `padded`: the size of all layers. */
  readonly dense: DenseShape;
  readonly companions: CompanionFiles;
}

/** Why a model cannot be written as GGUF, and what to do instead: a sentence each. */
export interface GgufUnavailable {
  readonly reason: string;
  readonly remedy: string;
}

const OTHER_FORMAT = 'Export it as ONNX or safetensors.';

/** A file was asked for that {@link ggufUnavailable} says cannot be. */
export class GgufUnavailableError extends ExplainedError {
  constructor({ reason, remedy }: GgufUnavailable) {
    super({ what: reason, means: 'No GGUF file was written. The pruned model itself is kept.', remedy });
  }
}

/** Whether a layer with attention has a sliding window that a text can reach beyond. */
const hasWindows = ({ windows, layers, maxPositions }: ModelSpec): boolean =>
  windows !== null && layers.some((shape, layer) => queryHeads(shape) > 0 && (windows[layer] ?? maxPositions) < maxPositions);

/** What llama.cpp cannot compute, whatever the shape of the layers. */
function modelFault(spec: ModelSpec): string | null {
  const { qkNorm, rotary } = spec;
  if (hasWindows(spec)) return 'The model has sliding windows, and llama.cpp computes them for none of the architectures that fit it.';
  if (rotary.scaling?.type === 'dynamic') return 'The rotary positions of the model are stretched with the length of the text, which llama.cpp does not do.';
  if (!qkNorm) return null;
  if (rotary.scaling?.type === 'llama3') return 'llama.cpp stretches rotary positions as Llama 3 does only for models without norms on queries and keys.';
  if (spec.qkvBias || spec.outputBias || spec.mlpBias) return 'llama.cpp knows no model that has both biases and norms on queries and keys.';
  return null;
}

/**
 * Why llama.cpp could not run this model from a GGUF file with layers as they are (`irregular`) or all of one size
 * (`padded`); null: it can.
 */
export function ggufUnavailable(spec: ModelSpec, { shape, companions }: GgufTarget): GgufUnavailable | null {
  const fault = modelFault(spec);
  if (fault !== null) return { reason: fault, remedy: OTHER_FORMAT };
  const tokenizer = tokenizerKeys(companions, spec.vocabulary);
  if ('fault' in tokenizer) return { reason: `The model would be given other tokens than it knows: ${tokenizer.fault}.`, remedy: OTHER_FORMAT };
  if (shape === 'padded' || !spec.qkNorm || spec.tiedHead) return null;
  const layers = ggufLayers(spec, 'f16', true).map(({ attention, mlp }) => ({
    queryGroups: attention?.groups.map(({ queryHeads: heads }) => heads.length) ?? [],
    channels: mlp?.channels ?? 0,
  }));
  if (areAlike(layers)) return null;
  return {
    reason: 'llama.cpp knows models with norms on queries and keys and layers of different sizes only where the head is tied to the embedding.',
    remedy: 'Choose the padded GGUF: it has all layers of one size.',
  };
}
