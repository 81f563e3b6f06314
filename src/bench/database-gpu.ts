import { randomFor } from '../base/random.ts';
import { DenseWeights } from '../model/dense-weights.ts';
import { Transformer } from '../model/transformer.ts';
import { calibrate } from '../pruning/calibrate.ts';
import { prepareHessian } from '../pruning/hessian.ts';
import type { PrunedModule } from '../pruning/level-database.ts';
import { pruneInline } from '../pruning/prune-executor.ts';
import { outputProjection } from '../pruning/prune-module.ts';
import type { PruneJob } from '../pruning/prune-module.ts';
import { pruneOnDevice } from '../pruning/prune-on-device.ts';
import type { Eliminator } from '../runtime/elimination/elimination.ts';
import { plainEliminator } from '../runtime/elimination/plain-elimination.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { MemoryStorage } from '../storage/memory-storage.ts';
import type { BenchContext, Figure } from './bench.ts';
import { compare } from './contest.ts';
import { plainLlama } from './plain-llama.ts';

/** An MLP's down projection `[d, f]`. */
interface Width {
  readonly d: number;
  readonly f: number;
}

const damping = 0.01;
/** Directions in which a made Hessian has its weight, besides a diagonal. */
const rank = 48;

/** Normal numbers (Box and Muller 1958). */
function normal(length: number, seed: number): Float64Array {
  const random = randomFor(seed, 'normal');
  return Float64Array.from({ length }, () => Math.sqrt(-2 * Math.log(1 - random.unit())) * Math.cos(2 * Math.PI * random.unit()));
}

/** `A A^T / rank` and a diagonal, whose channels differ in scale by up to 100 `[f, f]`. */
function madeHessian(f: number): Float64Array<ArrayBuffer> {
  const directions = normal(f * rank, 1);
  const random = randomFor(2, 'scales');
  const scales = Float64Array.from({ length: f }, () => 10 ** (2 * random.unit() - 1));
  const hessian = new Float64Array(f * f);
  for (let i = 0; i < f; i++) {
    for (let j = i; j < f; j++) {
      let sum = i === j ? 0.2 : 0;
      for (let k = 0; k < rank; k++) sum += (directions[i * rank + k]! * directions[j * rank + k]!) / rank;
      hessian[i * f + j] = hessian[j * f + i] = sum * scales[i]! * scales[j]!;
    }
  }
  return hessian;
}

/** A job of made numbers, a fresh one at each call: jobs use their Hessian up. */
function jobs(width: Width): () => PruneJob {
  const hessian = madeHessian(width.f);
  const weight = Float32Array.from(normal(width.d * width.f, 3));
  return () => ({ id: { layer: 0, kind: 'mlp' }, spec: plainLlama({ hidden: width.d, headDim: width.d, vocabulary: 16, layers: 1, queryGroups: [1], channels: width.f }), granularity: 'kv-group', K: 10, damping, hessian: hessian.slice(), weight });
}

/** The first MLP of tales-6m and its last, calibrated on 16,384 tokens of the text that runs train on. */
async function* taleJobs({ runtime, model, text }: BenchContext): AsyncGenerator<() => PruneJob> {
  const { spec, tokenizer, weights } = await model();
  const { documents } = await text();
  const length = 256;
  const ids = Int32Array.from(tokenizer.encode(documents.slice(0, 100).join('\n'))).slice(0, 64 * length);
  using dense = await DenseWeights.load(runtime, weights);
  await using transformer = await Transformer.create(runtime, spec);
  const tokens = { ids, sequences: ids.length / length, length };
  const steps = calibrate({ runtime, transformer, dense: dense.weights, tokens, sequencesPerBatch: 8, storage: new MemoryStorage() });
  let step = await steps.next();
  while (step.done !== true) step = await steps.next();
  await using hessians = step.value;
  for (const layer of [0, spec.layers.length - 1]) {
    const id = { layer, kind: 'mlp' } as const;
    const hessian = await hessians.take(id);
    const weight = await weights.read(outputProjection(id));
    yield () => ({ id, spec, granularity: 'kv-group', K: 10, damping, hessian: hessian.slice(), weight });
  }
}

/** `tr((W - W') H (W - W')^T) / 2` in float64, W' the weight of a level with zeros where it has no column. */
function lossOf({ id, hessian, weight, spec }: PruneJob, kept: Int32Array, level: Float32Array): number {
  const f = spec.layers[id.layer]!.channels;
  const { matrix } = prepareHessian(hessian.slice(), { module: 'made', columns: f, damping });
  let loss = 0;
  for (let row = 0; row < spec.hidden; row++) {
    const apart = Float64Array.from(weight.subarray(row * f, (row + 1) * f));
    kept.forEach((column, at) => (apart[column] = apart[column]! - level[row * kept.length + at]!));
    for (let i = 0; i < f; i++) {
      let image = 0;
      for (let j = 0; j < f; j++) image += matrix[i * f + j]! * apart[j]!;
      loss += (apart[i]! * image) / 2;
    }
  }
  return loss;
}

/** The pass in float32 against the one in float64: what it keeps, the loss that it tells, and the loss that its weights make. */
function agreement(label: string, job: PruneJob, exact: PrunedModule, device: PrunedModule): Figure[] {
  let [common, told, made] = [1, 0, 0];
  for (const [index, { kept, loss }] of exact.levels.entries()) {
    const other = device.levels[index]!;
    if (kept.length > 0) common = Math.min(common, kept.filter((column) => other.kept.includes(column)).length / kept.length);
    if (loss > 0) told = Math.max(told, Math.abs(other.loss / loss - 1));
    const weight = device.weights[index] ?? null;
    if (weight !== null) made = Math.max(made, Math.abs(lossOf(job, other.kept, weight) / loss - 1));
  }
  const { refreshes = 0, drift = 0 } = device.onDevice ?? {};
  const parts = (value: number): Pick<Figure, 'value' | 'unit'> => ({ value: value * 1e6, unit: 'ppm' });
  return [
    { name: `channels kept in common with float64, the least level, ${label}`, value: 100 * common, unit: '%', note: `${refreshes} refreshes, drift ${drift.toExponential(1)}` },
    { name: `loss told, the largest relative error of a level, ${label}`, ...parts(told) },
    { name: `loss made by its weights, likewise, ${label}`, ...parts(made) },
  ];
}

/** Both whole, with their float64 inversion on one thread; then the device's part by itself. Returns the seconds of that. */
async function* times(runtime: Runtime, eliminator: Eliminator, width: Width, rounds: number): AsyncGenerator<Figure, number> {
  const { d, f } = width;
  const job = jobs(width);
  yield await compare({
    name: `an MLP's levels, processor in float64 / device in float32, d = ${d}, f = ${f}`,
    first: async () => void (await pruneInline(job())),
    second: async () => void (await pruneOnDevice(job(), { eliminator })),
    rounds,
  });
  const spent = (): number => ['elimination', 'readback'].reduce((sum, name) => sum + (runtime.work().programs.get(name)?.seconds ?? 0), 0);
  const before = spent();
  await pruneOnDevice(job(), { eliminator });
  const seconds = spent() - before;
  const flop = f ** 3 + 2 * d * f ** 2; // P and G by half, the Gram matrix, W
  yield { name: `the device's part of it, d = ${d}, f = ${f}`, value: seconds, unit: 's', note: `${(flop / seconds / 1e9).toFixed(1)} GFLOP/s` };
  return seconds;
}

/** Seconds that one pass may take by the one before it: a software adapter is not asked for what takes it hours. */
const patience = 120;

const agreed: Width = { d: 48, f: 192 };
const timed = { quick: [{ d: 48, f: 192 }], full: [{ d: 48, f: 192 }, { d: 576, f: 1536 }, { d: 1024, f: 4096 }] } as const satisfies Record<string, readonly Width[]>;

/**
 * The pass over an MLP's channels on the device in float32: how it agrees with float64, and where there is a device, its time
 * against one thread of the processor. Without one the float32 loops stand for it. `wanted`: widths to time in place of the usual ones, ascending.
 */
export async function* databaseGpu(context: BenchContext, wanted: readonly Width[] = timed[context.effort]): AsyncGenerator<Figure> {
  const { runtime, effort } = context;
  const { eliminator } = runtime;
  const how = eliminator === null ? ', plain loops' : '';
  const agree = async (label: string, job: () => PruneJob): Promise<Figure[]> =>
    agreement(`${label}${how}`, job(), await pruneInline(job()), await pruneOnDevice(job(), { eliminator: eliminator ?? plainEliminator }));
  yield* await agree(`d = ${agreed.d}, f = ${agreed.f}`, jobs(agreed));
  if (effort === 'full') for await (const job of taleJobs(context)) yield* await agree(`tales-6m, layer ${job().id.layer + 1}`, job);
  if (eliminator === null) return;
  let [seconds, before] = [0, 1];
  for (const width of wanted) {
    if (seconds * (width.f / before) ** 3 > patience) return;
    seconds = yield* times(runtime, eliminator, width, effort === 'quick' ? 5 : 3);
    before = width.f;
  }
}
