import { queryHeads } from '../../model/spec.ts';
import type { LayerShape, ModelSpec } from '../../model/spec.ts';

/** An architecture that transformers has by itself. */
export interface StockArchitecture {
  /** `model_type` */
  readonly type: StockType;
  /** The class that `architectures` names. */
  readonly name: string;
}

const names = { llama: 'LlamaForCausalLM', mistral: 'MistralForCausalLM', qwen2: 'Qwen2ForCausalLM', qwen3: 'Qwen3ForCausalLM' } as const;
export type StockType = keyof typeof names;

const isStockType = (type: string): type is StockType => Object.hasOwn(names, type);

/**
 * The `model_type` by which transformers.js and onnxruntime-genai, to which the graph says all else, know a model: that of its
 * family. They know all of these; a model that was pruned before is called by what it has.
 */
export function runtimeType({ family, qkNorm, qkvBias, outputBias }: ModelSpec): StockType {
  if (isStockType(family)) return family;
  if (qkNorm) return 'qwen3';
  return qkvBias && !outputBias ? 'qwen2' : 'llama';
}

/** The types that compute what the spec says where all layers are alike. */
function typeByComputation(spec: ModelSpec): StockType | null {
  const { qkNorm, qkvBias, outputBias, mlpBias } = spec;
  const windows = new Set(spec.windows ?? [null]);
  if (windows.size > 2 || (windows.size === 2 && !windows.has(null))) return null; // a config has one window
  if (qkNorm) return qkvBias === outputBias && !mlpBias ? 'qwen3' : null;
  if (qkvBias && !outputBias) return mlpBias ? null : 'qwen2';
  if (qkvBias !== outputBias) return null;
  const biased = qkvBias || mlpBias;
  if (windows.size === 1 && !windows.has(null)) return biased ? null : 'mistral'; // the same window in all layers
  if (windows.size > 1) return null;
  return spec.family === 'mistral' && !biased ? 'mistral' : 'llama';
}

const sameShape = (a: LayerShape, b: LayerShape): boolean => a.channels === b.channels && String(a.queryGroups) === String(b.queryGroups);

/** The shape of every layer, where they are all alike, whole, and in groups of one size; else null. */
export function uniformShape({ layers }: ModelSpec): LayerShape | null {
  const [first] = layers;
  if (!first || first.channels === 0 || first.queryGroups.length === 0) return null;
  if (!layers.every((shape) => sameShape(shape, first))) return null;
  return new Set(first.queryGroups).size === 1 ? first : null;
}

/**
 * The architecture of transformers that computes a model without code of its own, or null: layers must be alike, as those of
 * padded models are and of dense ones. Llama refuses a `hidden_size` that is no multiple of the query heads (transformers 5).
 */
export function stockArchitecture(spec: ModelSpec): StockArchitecture | null {
  const shape = uniformShape(spec);
  const type = typeByComputation(spec);
  if (!shape || type === null) return null;
  if (type === 'llama' && spec.hidden % queryHeads(shape) !== 0) return null;
  return { type, name: names[type] };
}
