import { configLayers } from '../../model/export-metadata.ts';
import { kvHeads, queryHeads } from '../../model/spec.ts';
import type { ModelSpec } from '../../model/spec.ts';
import type { OnnxPrecision, SafetensorsType } from '../formats.ts';
import { jsonText } from './json-text.ts';
import { rotaryKeys } from './rotary-keys.ts';
import { runtimeType, stockArchitecture, uniformShape } from './stock-architecture.ts';

/** An ONNX file of the folder. */
export interface FolderOnnx {
  /** `onnx/model_fp16.onnx`: transformers.js makes the name from `precision`. */
  readonly path: string;
  readonly precision: OnnxPrecision;
  /** Files of external data beside it: `model_fp16.onnx_data`, `_data_1` ... */
  readonly dataFiles: number;
}

export interface FolderConfigOptions {
  /** config.json of the model that was pruned. */
  readonly config: Readonly<Record<string, unknown>>;
  /** What was written: the pruned shapes, or the padded ones. */
  readonly spec: ModelSpec;
  /** Element type of the safetensors in the folder; null where there are none. */
  readonly safetensors: SafetensorsType | null;
  /** ONNX files in the folder; the first is what transformers.js opens where it is not told otherwise. */
  readonly onnx: readonly FolderOnnx[];
}

const dtypes: Readonly<Record<SafetensorsType, string>> = { fp32: 'float32', bf16: 'bfloat16', fp16: 'float16' };

/**
 * Keys of the original that this file states in its own way or that would be wrong in it. `per_layer_config` is reserved by
 * transformers 5 and taken literally there.
 */
const REPLACED = [
  'architectures', 'auto_map', 'model_type', 'pruned_layers', 'qkv_bias', 'qk_norm', 'torch_dtype', 'dtype', 'transformers.js_config', 'per_layer_config',
  'partial_rotary_factor', 'original_max_position_embeddings', 'sliding_window', 'use_sliding_window', 'max_window_layers', 'layer_types',
] as const;

/** What every kind of folder says of the model. */
function commonKeys({ spec, safetensors }: FolderConfigOptions): Record<string, unknown> {
  const dtype = safetensors && dtypes[safetensors];
  return {
    vocab_size: spec.vocabulary,
    hidden_size: spec.hidden,
    head_dim: spec.headDim,
    num_hidden_layers: spec.layers.length,
    rms_norm_eps: spec.rmsEpsilon,
    max_position_embeddings: spec.maxPositions,
    tie_word_embeddings: spec.tiedHead,
    attention_bias: spec.outputBias,
    mlp_bias: spec.mlpBias,
    ...rotaryKeys(spec.rotary),
    ...(dtype === null ? {} : { torch_dtype: dtype, dtype }), // transformers 4, 5
  };
}

/** The windows of a model without code of its own: one size, in all layers (Mistral) or in some. */
function windowKeys({ windows }: ModelSpec, type: string): Record<string, unknown> {
  const window = windows?.find((size) => size !== null) ?? null;
  if (type === 'mistral') return { sliding_window: window };
  if (type === 'llama') return {};
  if (!windows || window === null) return { use_sliding_window: false, sliding_window: null };
  const types = windows.map((size) => (size === null ? 'full_attention' : 'sliding_attention'));
  return { use_sliding_window: true, sliding_window: window, max_window_layers: windows.indexOf(window), layer_types: types };
}

/** Keys of a model that transformers computes by itself; null where it cannot. */
function stockKeys({ spec }: FolderConfigOptions): Record<string, unknown> | null {
  const architecture = stockArchitecture(spec);
  const shape = uniformShape(spec);
  if (!architecture || !shape) return null;
  return {
    model_type: architecture.type,
    architectures: [architecture.name],
    num_attention_heads: queryHeads(shape),
    num_key_value_heads: kvHeads(shape),
    intermediate_size: shape.channels,
    ...windowKeys(spec, architecture.type),
  };
}

/**
 * Keys of a model that modeling_pruned.py computes. The sizes of the original stay, though they are used for nothing: but
 * transformers 5 refuses a `hidden_size` that is no multiple of the heads, and then a number of heads stands here that it takes.
 */
function prunedKeys({ config, spec, safetensors, onnx }: FolderConfigOptions): Record<string, unknown> {
  const code = { AutoConfig: 'modeling_pruned.PrunedConfig', AutoModelForCausalLM: 'modeling_pruned.PrunedForCausalLM' };
  return {
    // A type that stock transformers does not know makes it ask for the code; transformers.js must know it.
    model_type: onnx.length === 0 ? 'pruned_llama' : runtimeType(spec),
    architectures: ['PrunedForCausalLM'],
    ...(safetensors === null ? {} : { auto_map: code }),
    ...(spec.hidden % Number(config['num_attention_heads']) === 0 ? {} : { num_attention_heads: 1, num_key_value_heads: 1 }),
    qkv_bias: spec.qkvBias,
    qk_norm: spec.qkNorm,
    // Layers state their windows themselves: for those of `sliding_window` transformers makes caches that forget, and counts
    // them in another way than modeling_pruned.py.
    sliding_window: null,
    pruned_layers: configLayers(spec),
  };
}

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** Which file transformers.js opens, and how many files of data go with each. */
function transformersJsKeys([first, ...others]: readonly FolderOnnx[]): Record<string, unknown> {
  if (!first) return {};
  const external = [first, ...others].filter(({ dataFiles }) => dataFiles > 0).map(({ path, dataFiles }) => [baseName(path), dataFiles]);
  return { 'transformers.js_config': { dtype: first.precision, ...(external.length === 0 ? {} : { use_external_data_format: Object.fromEntries(external) }) } };
}

/**
 * The text of a model folder's config.json (export-targets 4.1, 6.2). Keys of the original are kept unless this model is
 * otherwise. A model whose layers are all alike, padded or never pruned, becomes one that transformers has by itself
 * ({@link stockArchitecture}); every other names modeling_pruned.py, which has to lie beside it.
 */
export function folderConfig(options: FolderConfigOptions): string {
  const kept = Object.entries(options.config).filter(([key]) => !REPLACED.some((replaced) => replaced === key));
  return jsonText({
    ...Object.fromEntries(kept),
    ...commonKeys(options),
    ...(stockKeys(options) ?? prunedKeys(options)),
    ...transformersJsKeys(options.onnx),
  });
}

/** Whether modeling_pruned.py has to lie in the folder. */
export const needsRemoteCode = (spec: ModelSpec): boolean => stockArchitecture(spec) === null;

/**
 * What the model card must warn of, or null. Where only whole modules are missing and the folder bears the name of a stock
 * family for transformers.js, stock transformers finds no tensor of another shape and loads random weights in their place
 * without an error (export-targets 6.3).
 */
export function folderWarning({ config, spec, safetensors, onnx }: FolderConfigOptions): string | null {
  if (safetensors === null || onnx.length === 0 || !needsRemoteCode(spec)) return null;
  const [heads, channels] = [config['num_attention_heads'], config['intermediate_size']];
  const groups = config['num_key_value_heads'] ?? heads;
  const differs = spec.layers.some((shape) => {
    const attention = shape.queryGroups.length > 0 && (queryHeads(shape) !== heads || kvHeads(shape) !== groups);
    return attention || (shape.channels > 0 && shape.channels !== channels);
  });
  if (differs) return null;
  return (
    'Always pass `trust_remote_code=True` when loading the safetensors with Python transformers. Only whole modules were removed from ' +
    `this model, so without it transformers takes the folder for an ordinary ${runtimeType(spec)} model, fills the missing modules with ` +
    'random weights, and says so in a warning only.'
  );
}
