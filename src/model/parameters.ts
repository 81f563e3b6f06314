import type { Tensor } from '../runtime/runtime.ts';
import type { ModelWeights } from './weights.ts';

export const EMBEDDING = 'model.embed_tokens.weight';
export const FINAL_NORM = 'model.norm.weight';
export const HEAD = 'lm_head.weight';

/** Full Hugging Face name of a module's tensor. */
export const fullName = (layer: number, name: string): string => `model.layers.${layer}.${name}`;

/**
 * Every tensor of a model that training changes, by its full Hugging Face name: a tied head stands once, as the
 * embedding, and the norms of removed modules are left out, since nothing depends on them. Borrowed.
 */
export function trainableTensors(weights: ModelWeights): Map<string, Tensor> {
  const tensors = new Map([[EMBEDDING, weights.embedding]]);
  for (const module of weights.modules) {
    if (module === null) continue;
    for (const [name, tensor] of Object.entries(module.tensors)) tensors.set(fullName(module.layer, name), tensor);
  }
  tensors.set(FINAL_NORM, weights.finalNorm);
  if (!weights.spec.tiedHead) tensors.set(HEAD, weights.head);
  return tensors;
}
