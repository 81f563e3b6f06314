import * as v from 'valibot';
import { readFixture } from '../runtime/testing.ts';
import { memoryFile } from '../sources/memory-source.ts';
import { openSafetensors } from '../sources/safetensors.ts';
import type { Safetensors } from '../sources/safetensors.ts';
import { parseConfigJson, specOfConfig } from './read-config.ts';
import type { LayerShape, ModelSpec } from './spec.ts';
import type { TokenBatch, WeightSource } from './weights.ts';

/** What the tests of this floor read of a golden folder (fixtures/goldens/README.md). */

const candidateSchema = v.object({
  granularity: v.string(),
  levels: v.array(v.number()),
  kl: v.number(),
  ce: v.number(),
  shapes: v.array(v.object({ q: v.array(v.number()), kv: v.array(v.number()), channels: v.number() })),
});

const goldenSchema = v.object({
  dims: v.object({ heads: v.number(), kv_heads: v.number() }),
  ce: v.number(),
  candidates: v.array(candidateSchema),
  tolerances: v.record(v.string(), v.number()),
});

export interface Golden {
  readonly source: WeightSource;
  /** Names of the golden tensors. */
  readonly names: readonly string[];
  /** A golden tensor; float64 ones are rounded. */
  readonly floats: (name: string) => Promise<Float32Array>;
  readonly ints: (name: string) => Promise<Int32Array>;
  readonly batch: TokenBatch;
  readonly calibration: TokenBatch;
  /** Of the dense model on `batch`, nats. */
  readonly crossEntropy: number;
  readonly candidates: readonly v.InferOutput<typeof candidateSchema>[];
  readonly queriesPerKey: number;
  readonly tolerances: {
    readonly logits_max_abs: number;
    readonly candidate_logits_max_abs: number;
    readonly loss_rel: number;
    readonly grad_rel_l2: number;
    readonly grad_max_abs_over_max: number;
    readonly hessian_max_abs_over_max: number;
    readonly kl_abs: number;
    readonly kl_rel: number;
  };
}

export const goldenNames = ['llama-mha', 'llama-gqa', 'qwen2', 'qwen3'] as const;
