import type { Tensor } from '../runtime/runtime.ts';
import type { ModelSpec } from './spec.ts';
import type { Table } from './table.ts';

/**
 * Names of a module's tensors: the Hugging Face name after `model.layers.N.`. They are also the names of the graph
 * inputs, and `grad.` + name those of the gradients. Projections keep the Hugging Face layout `[out, in]`.
 *
 * attention: `input_layernorm.weight [d]`, `self_attn.{q,k,v}_proj.weight [heads*head_dim, d]`, `self_attn.o_proj.weight
 * [d, queryHeads*head_dim]`, and where the spec has them `self_attn.{q,k,v,o}_proj.bias`, `self_attn.{q,k}_norm.weight [head_dim]`.
 * mlp: `post_attention_layernorm.weight [d]`, `mlp.{gate,up}_proj.weight [channels, d]`, `mlp.down_proj.weight
 * [d, channels]`, and where the spec has them `mlp.{gate,up,down}_proj.bias`.
 */
export type ModuleTensors = Readonly<Record<string, Tensor>>;

export interface AttentionWeights {
  readonly kind: 'attention';
  readonly layer: number;
  /** Query heads of each KV head, in order. */
  readonly queryGroups: readonly number[];
  readonly tensors: ModuleTensors;
}

export interface MlpWeights {
  readonly kind: 'mlp';
  readonly layer: number;
  readonly channels: number;
  readonly tensors: ModuleTensors;
}

export type ModuleWeights = AttentionWeights | MlpWeights;

/** A model on the device. Who made the tensors owns them; this record only points to them. */
export interface ModelWeights {
  readonly spec: ModelSpec;
  /** `model.embed_tokens.weight [vocabulary, d]` */
  readonly embedding: Table;
  /** `model.norm.weight [d]` */
  readonly finalNorm: Tensor;
  /** `lm_head.weight [vocabulary, d]`; the embedding itself where the head is tied. */
  readonly head: Table;
  /** Two per layer in genome order; `null` where the module is removed. */
  readonly modules: readonly (ModuleWeights | null)[];
}

/**
 * Weights at their source (a file, the Hub): read a tensor at a time, converted to float32.
 * Every name and shape was checked against the spec before this exists.
 */
export interface WeightSource {
  readonly spec: ModelSpec;
  /** Float32 values of a tensor by its full Hugging Face name. Throws NonFiniteWeightError on NaN or infinity. */
  read(name: string): Promise<Float32Array>;
  /** As `read`, of the rows from `start` to before `end` along the first dimension, so that no table need be held whole. */
  readRows(name: string, start: number, end: number): Promise<Float32Array>;
}

/** Token ids of equally long sequences, each starting at position 0. */
export interface TokenBatch {
  /** `[sequences * length]` */
  readonly ids: Int32Array;
  readonly sequences: number;
  readonly length: number;
}
