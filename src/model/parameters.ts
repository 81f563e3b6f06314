import type { Tensor } from '../runtime/runtime.ts';
import type { TrainingScope } from './head-work.ts';
import { namedTiles } from './table.ts';
import type { Table } from './table.ts';
import type { ModelWeights } from './weights.ts';

export const EMBEDDING = 'model.embed_tokens.weight';
export const FINAL_NORM = 'model.norm.weight';
export const HEAD = 'lm_head.weight';

/** Full Hugging Face name of a module's tensor. */
export const fullName = (layer: number, name: string): string => `model.layers.${layer}.${name}`;

/**
 * Every tensor of a model that training changes, by its full Hugging Face name (that of a tile has its number behind, see
 * `namedTiles`): a tied head stands once, as the embedding, and the norms of removed modules are left out, since nothing
 * depends on them. Without `embeddings`, embedding and head are not among them. Borrowed.
 */
export function trainableTensors(weights: ModelWeights, { embeddings = true }: TrainingScope = {}): Map<string, Tensor> {
  const tensors = new Map<string, Tensor>();
  const addTable = (name: string, table: Table): void => namedTiles(name, table).forEach(([tile, { tensor }]) => tensors.set(tile, tensor));
  if (embeddings) addTable(EMBEDDING, weights.embedding);
  for (const module of weights.modules) {
    if (module === null) continue;
    for (const [name, tensor] of Object.entries(module.tensors)) tensors.set(fullName(module.layer, name), tensor);
  }
  tensors.set(FINAL_NORM, weights.finalNorm);
  if (embeddings && !weights.spec.tiedHead) addTable(HEAD, weights.head);
  return tensors;
}
