/** What a decoder-only transformer looks like; a dense model and a pruned one are the same type. */

export type ModuleKind = 'attention' | 'mlp';

/** The unit that is pruned, coloured and counted. */
export interface ModuleId {
  readonly layer: number;
  readonly kind: ModuleKind;
}

/** Sizes of one block; 0 means that the module is gone. */
export interface LayerShape {
  /**
   * Query heads of each kept KV head, in order: `[2, 2]` is two groups of two, `[3, 1]` is ragged, `[]` is no attention.
   * `queryHeads` is their sum, `kvHeads` their count.
   */
  readonly queryGroups: readonly number[];
  /** Intermediate channels of the MLP. */
  readonly channels: number;
}

/** How the rotary frequencies are stretched beyond the positions that a model was first trained on. */
export type RotaryScaling =
  /** All frequencies divided by `factor`. */
  | { readonly type: 'linear'; readonly factor: number }
  /** The base grows with the length of the sequence once that exceeds `originalPositions` ("dynamic NTK"). */
  | { readonly type: 'dynamic'; readonly factor: number; readonly originalPositions: number }
  /** Low frequencies divided by `factor`, high ones kept, those between interpolated (Llama 3.1). */
  | {
      readonly type: 'llama3';
      readonly factor: number;
      readonly lowFrequencyFactor: number;
      readonly highFrequencyFactor: number;
      readonly originalPositions: number;
    };

export interface RotarySettings {
  readonly theta: number;
  /** Null: none. */
  readonly scaling: RotaryScaling | null;
}

export interface ModelSpec {
  /** `model_type` of config.json: llama, qwen2, qwen3, mistral ... */
  readonly family: string;
  readonly vocabulary: number;
  readonly hidden: number;
  readonly headDim: number;
  readonly rmsEpsilon: number;
  readonly rotary: RotarySettings;
  readonly maxPositions: number;
  readonly tiedHead: boolean;
  /** Biases on q, k and v. */
  readonly qkvBias: boolean;
  /** Bias on the attention's output projection. */
  readonly outputBias: boolean;
  readonly mlpBias: boolean;
  /** RMS norms of width head_dim on queries and keys, shared by all heads (Qwen3). */
  readonly qkNorm: boolean;
  /**
   * Sliding windows, one entry a layer: a position sees itself and the `window - 1` before it; null: all before it.
   * Null in place of the list where no layer has one.
   */
  readonly windows: readonly (number | null)[] | null;
  readonly layers: readonly LayerShape[];
}

export const queryHeads = (shape: LayerShape): number => shape.queryGroups.reduce((sum, size) => sum + size, 0);
export const kvHeads = (shape: LayerShape): number => shape.queryGroups.length;

/** Modules in the order of every genome: layer 0 attention, layer 0 MLP, layer 1 attention, ... */
export function moduleIds(spec: ModelSpec): ModuleId[] {
  return spec.layers.flatMap((_, layer) => [
    { layer, kind: 'attention' as const },
    { layer, kind: 'mlp' as const },
  ]);
}

/** True parameters of an attention module: projections, biases, q/k norms; 0 when it is removed. */
export function attentionParameters(spec: ModelSpec, queries: number, keys: number): number {
  if (queries === 0) return 0;
  const rows = (queries + 2 * keys) * spec.headDim;
  const weights = (rows + queries * spec.headDim) * spec.hidden;
  return weights + (spec.qkvBias ? rows : 0) + (spec.outputBias ? spec.hidden : 0) + (spec.qkNorm ? 2 * spec.headDim : 0);
}

/** True parameters of an MLP module; 0 when it is removed. */
export function mlpParameters(spec: ModelSpec, channels: number): number {
  if (channels === 0) return 0;
  return 3 * channels * spec.hidden + (spec.mlpBias ? 2 * channels + spec.hidden : 0);
}

/** Input columns of a module's output projection: the size of its Hessian. 0 where the model lacks the module. */
export function outputColumns(spec: ModelSpec, { layer, kind }: ModuleId): number {
  const shape = spec.layers[layer];
  if (!shape) throw new RangeError(`no layer ${layer}`);
  return kind === 'mlp' ? shape.channels : queryHeads(shape) * spec.headDim;
}

export function moduleParameters(spec: ModelSpec, id: ModuleId): number {
  const shape = spec.layers[id.layer];
  if (!shape) throw new RangeError(`no layer ${id.layer}`);
  return id.kind === 'attention'
    ? attentionParameters(spec, queryHeads(shape), kvHeads(shape))
    : mlpParameters(spec, shape.channels);
}

/** Sum over the modules: what a target sparsity is a share of. */
export function prunableParameters(spec: ModelSpec): number {
  return moduleIds(spec).reduce((sum, id) => sum + moduleParameters(spec, id), 0);
}

/** Every tensor of the model, the two norms of each layer included even where their module is gone. */
export function totalParameters(spec: ModelSpec): number {
  const embedding = spec.vocabulary * spec.hidden;
  const norms = (2 * spec.layers.length + 1) * spec.hidden;
  return prunableParameters(spec) + embedding * (spec.tiedHead ? 1 : 2) + norms;
}
