import * as v from 'valibot';
import { readFixture } from '../runtime/testing.ts';
import { memoryFile } from '../sources/memory-source.ts';
import { openSafetensors } from '../sources/safetensors.ts';
import type { Safetensors } from '../sources/safetensors.ts';
import { parseConfigJson, specOfConfig } from './read-config.ts';
import type { LayerShape, ModelSpec } from './spec.ts';
import type { TokenBatch, WeightSource } from './weights.ts';
import { wholeSource } from './whole-source.fixture.ts';

/** What the tests of this floor read of a golden folder (fixtures/goldens/README.md). */

const candidateSchema = v.object({
  granularity: v.string(),
  levels: v.array(v.number()),
  kl: v.number(),
  ce: v.number(),
  shapes: v.array(v.object({ q: v.array(v.number()), kv: v.array(v.number()), channels: v.number() })),
});

const toleranceSchema = v.object({
  logits_max_abs: v.number(),
  candidate_logits_max_abs: v.number(),
  loss_rel: v.number(),
  grad_rel_l2: v.number(),
  grad_max_abs_over_max: v.number(),
  hessian_max_abs_over_max: v.number(),
  kl_abs: v.number(),
  kl_rel: v.number(),
});

const goldenSchema = v.object({
  dims: v.object({ heads: v.number(), kv_heads: v.number() }),
  ce: v.number(),
  candidates: v.array(candidateSchema),
  tolerances: toleranceSchema,
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
  readonly tolerances: v.InferOutput<typeof toleranceSchema>;
}

export const goldenNames = ['llama-mha', 'llama-gqa', 'qwen2', 'qwen3'] as const;

const readJson = async (path: string): Promise<unknown> => JSON.parse(new TextDecoder().decode(await readFixture(path)));

export async function readGolden(name: string): Promise<Golden> {
  const folder = `goldens/${name}`;
  const { dims, ce, candidates, tolerances } = v.parse(goldenSchema, await readJson(`${folder}/golden.json`));
  const spec = specOfConfig(parseConfigJson(new TextDecoder().decode(await readFixture(`${folder}/config.json`))));
  const open = async (file: string) => openSafetensors(memoryFile(await readFixture(`${folder}/${file}`)), file);
  const tensors = await open('golden.safetensors');
  const model = await open('model.safetensors');
  return {
    source: { spec, read: (tensor) => model.readWeights(tensor), readRows: (tensor, start, end) => model.readRows(tensor, start, end) },
    names: [...tensors.tensors.keys()],
    floats: async (tensor) => Float32Array.from(await tensors.read(tensor), Number),
    ints: async (tensor) => Int32Array.from(await tensors.read(tensor), Number),
    batch: await batchOf(tensors, 'batch_ids'),
    calibration: await batchOf(tensors, 'calib_ids'),
    crossEntropy: ce,
    candidates,
    queriesPerKey: dims.heads / dims.kv_heads,
    tolerances,
  };
}

async function batchOf(tensors: Safetensors, name: string): Promise<TokenBatch> {
  const [sequences = 0, length = 0] = tensors.tensors.get(name)?.shape ?? [];
  return { ids: Int32Array.from(await tensors.read(name), Number), sequences, length };
}

/** Blocks of `size` values, by index. */
function pick(values: Float32Array, blocks: readonly number[], size: number): Float32Array {
  return Float32Array.from(blocks.flatMap((block) => [...values.subarray(block * size, (block + 1) * size)]));
}

/** A candidate's weights: gathered rows of the dense model, and the golden output projections of its levels. */
export async function candidateSource(golden: Golden, index: number): Promise<WeightSource> {
  const candidate = golden.candidates[index];
  if (!candidate) throw new RangeError(`no candidate ${index}`);
  const { source, queriesPerKey } = golden;
  const layers = candidate.shapes.map(({ q, kv, channels }): LayerShape => {
    return { queryGroups: kv.map((head) => q.filter((query) => Math.floor(query / queriesPerKey) === head).length), channels };
  });
  const spec: ModelSpec = { ...source.spec, layers };
  const read = async (name: string): Promise<Float32Array> => {
    const match = /^model\.layers\.(\d+)\.(?:self_attn|mlp)\.(\w+)_proj\.(weight|bias)$/.exec(name);
    const [, layer = '', part = '', kind] = match ?? [];
    if (part === 'o' || part === 'down') return kind === 'weight' ? await levelWeight(golden, index, Number(layer), part) : source.read(name);
    const values = await source.read(name);
    const shape = candidate.shapes[Number(layer)];
    if (!match || !shape) return values;
    const width = kind === 'weight' ? spec.hidden : 1;
    if (part === 'q') return pick(values, shape.q, spec.headDim * width);
    if (part === 'k' || part === 'v') return pick(values, shape.kv, spec.headDim * width);
    const kept = await golden.ints(`obs/mlp/model.layers.${layer}.mlp.down_proj/level.${levelOf(golden, index, Number(layer), 'down')}/kept`);
    return pick(values, [...kept], width);
  };
  return wholeSource(spec, read);
}

function levelOf({ candidates }: Golden, index: number, layer: number, part: 'o' | 'down'): number {
  const level = candidates[index]?.levels[2 * layer + (part === 'o' ? 0 : 1)];
  if (level === undefined) throw new RangeError(`candidate ${index} has no layer ${layer}`);
  return level;
}

async function levelWeight(golden: Golden, index: number, layer: number, part: 'o' | 'down'): Promise<Float32Array> {
  const module = `model.layers.${layer}.${part === 'o' ? 'self_attn.o' : 'mlp.down'}_proj`;
  const level = levelOf(golden, index, layer, part);
  if (level === 0) return golden.source.read(`${module}.weight`);
  const tag = part === 'o' ? golden.candidates[index]?.granularity : 'mlp';
  return golden.floats(`obs/${tag}/${module}/level.${level}/weight`);
}
