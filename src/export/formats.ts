/** What a pruned model can be written as. */

export const onnxPrecisions = ['fp32', 'fp16', 'q4', 'q4f16'] as const;
/** Element type of weights and activations; q4 has 4-bit weights in blocks of 32 with float32 (`q4f16`: float16) around them. */
export type OnnxPrecision = (typeof onnxPrecisions)[number];

export const safetensorsTypes = ['fp32', 'bf16', 'fp16'] as const;
export type SafetensorsType = (typeof safetensorsTypes)[number];

export const ggufTypes = ['f16', 'q8_0'] as const;
export type GgufType = (typeof ggufTypes)[number];

/**
 * `plain`: attention of standard operators, any shape and any batch. `gqa`: the fused GroupQueryAttention of onnxruntime,
 * with groups made equal. `padded`: all layers filled up with zeros to one shape, "compatible, not smaller".
 */
export type Format =
  | { readonly kind: 'onnx'; readonly attention: 'plain' | 'gqa'; readonly precision: OnnxPrecision }
  | { readonly kind: 'safetensors'; readonly shape: 'irregular' | 'padded'; readonly type: SafetensorsType }
  | { readonly kind: 'gguf'; readonly shape: 'irregular' | 'padded'; readonly type: GgufType };

/** Every format by the id that `run.json`, events and the page use, in the order in which they are offered. */
export const formatIds = [
  'onnx-fp16',
  'onnx-fp32',
  'onnx-q4f16',
  'onnx-q4',
  'safetensors-bf16',
  'safetensors-fp16',
  'safetensors-fp32',
  'gguf-f16',
  'gguf-q8_0',
  'onnx-gqa-fp16',
  'onnx-gqa-fp32',
  'onnx-gqa-q4f16',
  'onnx-gqa-q4',
  'safetensors-padded-bf16',
  'safetensors-padded-fp16',
  'safetensors-padded-fp32',
  'gguf-padded-f16',
  'gguf-padded-q8_0',
] as const;

export type FormatId = (typeof formatIds)[number];

function find<T extends string>(values: readonly T[], text: string | undefined): T {
  const value = values.find((known) => known === text);
  if (value === undefined) throw new RangeError(`no such format: ${text}`);
  return value;
}

/** What an id stands for. */
export function formatOf(id: FormatId): Format {
  const [kind, ...rest] = id.split('-');
  const last = rest.at(-1);
  if (kind === 'onnx') return { kind, attention: rest.length > 1 ? 'gqa' : 'plain', precision: find(onnxPrecisions, last) };
  const shape = rest.length > 1 ? 'padded' : 'irregular';
  if (kind === 'safetensors') return { kind, shape, type: find(safetensorsTypes, last) };
  return { kind: 'gguf', shape, type: find(ggufTypes, last) };
}

/** Whether weights are rounded to few bits. */
export function isQuantised(id: FormatId): boolean {
  const format = formatOf(id);
  if (format.kind === 'onnx') return format.precision === 'q4' || format.precision === 'q4f16';
  return format.kind === 'gguf' && format.type === 'q8_0';
}
