import type { FormatId } from '../../src/export/formats.ts';
import type { ModelSpec } from '../../src/model/spec.ts';

/** Whether all layers are alike, and stock classes of other programs know the model. */
export function isRegular({ layers }: ModelSpec): boolean {
  const shapes = new Set(layers.map((layer) => JSON.stringify(layer)));
  return shapes.size === 1 && layers.every(({ queryGroups, channels }) => channels > 0 && queryGroups.length > 0 && new Set(queryGroups).size === 1);
}

/**
 * Whether a format cannot hold a model: llama.cpp has no architecture with layers of different shapes, norms on queries and
 * keys, and a head of its own.
 */
export function isImpossible(format: FormatId, spec: ModelSpec): boolean {
  return /^gguf-(f16|q8_0)$/.test(format) && spec.qkNorm && !spec.tiedHead && !isRegular(spec);
}
