import * as v from 'valibot';
import { readConfig } from '../model/read-config.ts';
import type { ModelSpec, ModuleId } from '../model/spec.ts';
import { readFixture } from '../runtime/testing.ts';
import { memoryFile } from '../sources/memory-source.ts';
import { openSafetensors } from '../sources/safetensors.ts';
import type { Safetensors } from '../sources/safetensors.ts';

/** What the tests of this floor read of a golden folder (fixtures/goldens/README.md). */

const levelSchema = v.object({
  level: v.number(),
  nominal: v.array(v.number()),
  removed: v.number(),
  kept: v.number(),
  query_heads: v.nullable(v.number()),
  kv_heads: v.nullable(v.number()),
  params: v.number(),
  loss: v.number(),
});

const moduleSchema = v.object({
  module: v.string(),
  kind: v.picklist(['attn', 'mlp']),
  tensors: v.string(),
  structures: v.number(),
  fallbacks: v.number(),
  levels: v.array(levelSchema),
});

const goldenSchema = v.object({
  dims: v.object({
    hidden: v.number(),
    layers: v.number(),
    heads: v.number(),
    kv_heads: v.number(),
    head_dim: v.number(),
    intermediate: v.number(),
    vocab: v.number(),
    tied: v.boolean(),
    qkv_bias: v.boolean(),
    o_bias: v.boolean(),
    mlp_bias: v.boolean(),
    qk_norm: v.boolean(),
    rms_eps: v.number(),
    rope_theta: v.number(),
  }),
  family: v.string(),
  K: v.number(),
  damping: v.number(),
  granularities: v.array(v.picklist(['query-head', 'kv-group'])),
  prunable_params: v.number(),
  total_params: v.number(),
  database: v.record(v.string(), v.array(moduleSchema)),
  candidates: v.array(
    v.object({
      granularity: v.picklist(['query-head', 'kv-group']),
      levels: v.array(v.number()),
      prunable_params: v.number(),
      total_params: v.number(),
    }),
  ),
  tolerances: v.object({
    obs_loss_rel: v.number(),
    obs_score_rel: v.number(),
    obs_weight_max_abs: v.number(),
    obs_weight_rel_fro: v.number(),
  }),
});

export type GoldenModule = v.InferOutput<typeof moduleSchema>;

export interface Golden extends v.InferOutput<typeof goldenSchema> {
  readonly spec: ModelSpec;
  readonly tensors: Safetensors;
  readonly model: Safetensors;
}

export const goldenNames = [
  'llama-mha', 'llama-gqa', 'qwen2', 'qwen3',
  'llama3-mqa', 'llama-linear', 'llama-dynamic', 'mistral-window', 'qwen2-window', 'qwen3-odd', 'smollm',
] as const;

export async function readGolden(name: string): Promise<Golden> {
  const folder = `goldens/${name}`;
  const golden = v.parse(goldenSchema, JSON.parse(new TextDecoder().decode(await readFixture(`${folder}/golden.json`))));
  const spec = readConfig(new TextDecoder().decode(await readFixture(`${folder}/config.json`)));
  const open = async (file: string) => openSafetensors(memoryFile(await readFixture(`${folder}/${file}`)), file);
  return { ...golden, spec, tensors: await open('golden.safetensors'), model: await open('model.safetensors') };
}

/** The raw Hessian of a module of a golden, a fresh copy. */
export async function goldenHessian({ tensors }: Golden, module: string): Promise<Float64Array<ArrayBuffer>> {
  const hessian = await tensors.read(`H/${module}`);
  if (!(hessian instanceof Float64Array)) throw new TypeError(`H/${module} is not float64`);
  return hessian;
}

/** `model.layers.3.mlp.down_proj` as an id. */
export function goldenModuleId({ module, kind }: GoldenModule): ModuleId {
  return { layer: Number(module.split('.')[2]), kind: kind === 'attn' ? 'attention' : 'mlp' };
}
