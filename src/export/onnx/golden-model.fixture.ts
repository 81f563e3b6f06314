import * as v from 'valibot';
import type { PlainModel } from '../../model/reference-forward.fixture.ts';
import type { LayerShape } from '../../model/spec.ts';
import { goldenNames as allGoldens, readGolden } from '../../pruning/golden.fixture.ts';
import type { Golden, GoldenModule } from '../../pruning/golden.fixture.ts';
import { readFixture } from '../../runtime/testing.ts';

/**
 * Those whose sequences an exported file can follow. With dynamic rotary scaling it ends at `max_position_embeddings`
 * (rotary-graph.ts), and the golden of that is longer.
 */
export const goldenNames = allGoldens.filter((name) => name !== 'llama-dynamic');

const toleranceSchema = v.object({ tolerances: v.object({ logits_max_abs: v.number(), candidate_logits_max_abs: v.number() }) });

/** A model of a golden folder with the logits that the reference computed for it. */
export interface GoldenLogits extends PlainModel {
  /** `[sequences, length]` */
  readonly ids: Int32Array;
  readonly sequences: number;
  readonly length: number;
  /** `[sequences, length, vocabulary]` */
  readonly logits: Float32Array;
  readonly tolerance: number;
}

async function tolerancesOf(name: string): Promise<v.InferOutput<typeof toleranceSchema>['tolerances']> {
  return v.parse(toleranceSchema, JSON.parse(new TextDecoder().decode(await readFixture(`goldens/${name}/golden.json`)))).tolerances;
}

/** int32 values of a golden tensor. */
async function readInts({ tensors }: Golden, name: string): Promise<Int32Array> {
  const data = await tensors.read(name);
  if (!(data instanceof Int32Array)) throw new TypeError(`${name} is not int32`);
  return data;
}

/** Weights as floats, also those of more precision. */
async function readDense({ model }: Golden): Promise<Map<string, Float32Array>> {
  const tensors = new Map<string, Float32Array>();
  for (const name of model.tensors.keys()) tensors.set(name, await model.readWeights(name));
  return tensors;
}

async function withLogits(golden: Golden, plain: PlainModel, name: string, tolerance: number): Promise<GoldenLogits> {
  const [sequences = 0, length = 0] = golden.tensors.tensors.get('batch_ids')?.shape ?? [];
  return { ...plain, ids: await readInts(golden, 'batch_ids'), sequences, length, logits: await golden.tensors.readWeights(name), tolerance };
}

/** The dense model of a golden folder. */
export async function goldenDense(name: string): Promise<GoldenLogits> {
  const golden = await readGolden(name);
  const plain = { spec: golden.spec, tensors: await readDense(golden) };
  return withLogits(golden, plain, 'logits', (await tolerancesOf(name)).logits_max_abs);
}

/** The rows of a matrix (or elements of a vector) that belong to these structures of `size` rows each. */
function pickRows(data: Float32Array, structures: ArrayLike<number>, size: number): Float32Array {
  const picked = Array.from(structures, (structure) => [...data.subarray(structure * size, (structure + 1) * size)]);
  return Float32Array.from(picked.flat());
}

/** Which heads and channels candidate 0 keeps in one module, and its updated output projection. */
async function keptOf(golden: Golden, module: GoldenModule, level: number): Promise<{ kept: Int32Array; weight: Float32Array | null }> {
  const prefix = `${module.tensors}/level.${level}`;
  const kept = await readInts(golden, `${prefix}/kept`);
  const weight = golden.tensors.tensors.has(`${prefix}/weight`) ? await golden.tensors.readWeights(`${prefix}/weight`) : null;
  return { kept, weight };
}

/** Gathers the rows of these projections; `rows` per structure. Biases have rows of one value. */
function gather(tensors: Map<string, Float32Array>, names: readonly string[], structures: ArrayLike<number>, rows: number, width: number): void {
  for (const name of names) {
    const weight = tensors.get(`${name}.weight`);
    const bias = tensors.get(`${name}.bias`);
    if (weight) tensors.set(`${name}.weight`, pickRows(weight, structures, rows * width));
    if (bias) tensors.set(`${name}.bias`, pickRows(bias, structures, rows));
  }
}

/** Candidate 0 of a golden folder (query-head levels): the small model that README of the goldens describes. */
export async function goldenCandidate(name: string): Promise<GoldenLogits> {
  const golden = await readGolden(name);
  const { dims, spec } = golden;
  const candidate = golden.candidates[0];
  const modules = golden.database['query-head'];
  if (candidate?.granularity !== 'query-head' || modules === undefined) throw new TypeError('candidate 0 is not of query-head levels');
  const tensors = await readDense(golden);
  const layers: LayerShape[] = [];
  for (let layer = 0; layer < dims.layers; layer++) {
    const [attention, mlp] = [modules[2 * layer], modules[2 * layer + 1]];
    if (attention === undefined || mlp === undefined) throw new TypeError(`no modules of layer ${layer}`);
    const heads = await keptOf(golden, attention, candidate.levels[2 * layer] ?? 0);
    const channels = await keptOf(golden, mlp, candidate.levels[2 * layer + 1] ?? 0);
    const groupSize = dims.heads / dims.kv_heads;
    const owners = [...heads.kept].map((query) => Math.floor(query / groupSize));
    const kvHeads = [...new Set(owners)];
    const prefix = `model.layers.${layer}.`;
    gather(tensors, [`${prefix}self_attn.q_proj`], heads.kept, dims.head_dim, dims.hidden);
    gather(tensors, [`${prefix}self_attn.k_proj`, `${prefix}self_attn.v_proj`], kvHeads, dims.head_dim, dims.hidden);
    gather(tensors, [`${prefix}mlp.gate_proj`, `${prefix}mlp.up_proj`], channels.kept, 1, dims.hidden);
    if (heads.weight) tensors.set(`${prefix}self_attn.o_proj.weight`, heads.weight);
    if (channels.weight) tensors.set(`${prefix}mlp.down_proj.weight`, channels.weight);
    layers.push({ queryGroups: kvHeads.map((kv) => owners.filter((owner) => owner === kv).length), channels: channels.kept.length });
  }
  return withLogits(golden, { spec: { ...spec, layers }, tensors }, 'candidate.0/logits', (await tolerancesOf(name)).candidate_logits_max_abs);
}
