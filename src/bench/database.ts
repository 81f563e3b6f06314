import { passFlop } from '../pruning/obs-shape.ts';
import { plainInverse, plainObs } from '../pruning/plain-obs.ts';
import { KernelMemory } from '../pruning/simd/kernel-memory.ts';
import { panelsLength, takePanels } from '../pruning/simd/panels.ts';
import { subtractUpper } from '../pruning/simd/products.ts';
import { nominalLevels } from '../pruning/nominal-levels.ts';
import { pruneStepwise } from '../pruning/structured-obs.ts';
import type { BenchContext, Figure } from './bench.ts';
import { spreadOf } from './contest.ts';
import { blockedSample, fillNumbers, integrated, madeMatrix, plainSample, sampledInversion } from './obs-samples.ts';
import type { Module } from './obs-samples.ts';

/** Seconds of the greedy pass of one module on this thread. */
interface Times {
  readonly inversion: number;
  /** All removals, and the weights of the levels. */
  readonly removals: number;
}

const levels = 10;
const total = ({ inversion, removals }: Times): number => inversion + removals;
const now = (): number => performance.now() / 1000;
const columnsOf = ({ structures, size }: Module): number => structures * size;

function nameOf({ d, structures, size }: Module): string {
  return size === 1 ? `d = ${d}, f = ${structures}` : `${structures} heads of ${size}, d = ${d}`;
}

function madeWeight({ d, structures, size }: Module): Float32Array {
  const weight = new Float32Array(d * structures * size);
  fillNumbers(weight, 3);
  return weight;
}

function blockedTimes(module: Module): Times {
  const columns = columnsOf(module);
  const hessian = { module: 'made', columns, damping: 0, matrix: madeMatrix(columns), dead: [] };
  const removals = nominalLevels(module.structures, levels).map(({ removed }) => removed);
  const weight = madeWeight(module);
  const began = now();
  const steps = pruneStepwise({ hessian, weight, structureSize: module.size, removals });
  let inverted = 0;
  for (let step = steps.next(); step.done !== true; step = steps.next()) if (step.value.removed === 0) inverted = now();
  return { inversion: inverted - began, removals: now() - inverted };
}

function plainTimes(module: Module): Times {
  const columns = columnsOf(module);
  const matrix = madeMatrix(columns);
  const weight = Float64Array.from(madeWeight(module));
  const began = now();
  const inverse = plainInverse(matrix, columns);
  const inverted = now();
  plainObs(inverse, weight, Array<number>(module.structures).fill(module.size), module.structures);
  return { inversion: inverted - began, removals: now() - inverted };
}

/** Inversion, removals and both of the plain version over the blocked one, timed in turn. */
function* contested(module: Module, rounds: number): Iterable<Figure> {
  blockedTimes(module); // compiles
  const pairs = Array.from({ length: rounds }, () => ({ plain: plainTimes(module), blocked: blockedTimes(module) }));
  const parts = { inversion: (times: Times) => times.inversion, removals: (times: Times) => times.removals, 'the whole pass': total };
  for (const [part, of] of Object.entries(parts)) {
    const ratio = spreadOf(pairs.map(({ plain, blocked }) => of(plain) / of(blocked)));
    const [plain, blocked] = [spreadOf(pairs.map((pair) => of(pair.plain))), spreadOf(pairs.map((pair) => of(pair.blocked)))];
    const note = `${plain.middle.toFixed(2)} s / ${blocked.middle.toFixed(2)} s; ${rounds} rounds`;
    yield { name: `plain / blocked, ${part}, ${nameOf(module)}`, value: ratio.middle, unit: '×', quartiles: [ratio.low, ratio.high], note };
  }
}

/** Floating point operations of a plain inversion a second, as `n^3`, where n is small enough to wait for. */
function plainInversionRate(n: number): number {
  const matrix = madeMatrix(n);
  const began = now();
  plainInverse(matrix, n);
  return n ** 3 / (now() - began);
}

/** The plain version from samples, the blocked one whole where it is soon done, else from samples too. */
function* sampled(module: Module, whole: boolean): Iterable<Figure> {
  const columns = columnsOf(module);
  const few = module.size === 1 ? 4 : 1;
  const small = { d: 64, structures: Math.ceil(256 / module.size), size: module.size };
  for (const times of [plainTimes, blockedTimes]) times(small); // compiles
  const blocked = whole ? blockedTimes(module) : sampledTimes(module);
  const plain = { inversion: columns ** 3 / plainInversionRate(1024), removals: integrated(module.structures, (remaining) => plainSample(module, remaining, few)) };
  const how = `plain: ${few} removals at each of 4 widths, inversion by n³ from 1024; blocked ${whole ? 'whole' : 'from samples as well'}`;
  const parts = { inversion: (times: Times) => times.inversion, removals: (times: Times) => times.removals, 'the whole pass': total };
  for (const [part, of] of Object.entries(parts)) {
    const note = `${of(plain).toFixed(1)} s / ${of(blocked).toFixed(1)} s; ${how}`;
    yield { name: `plain / blocked, ${part}, ${nameOf(module)}`, value: of(plain) / of(blocked), unit: '×', note };
  }
}

function sampledTimes(module: Module): Times {
  return { inversion: sampledInversion(module, 4), removals: integrated(module.structures, (remaining) => blockedSample(module, remaining)) };
}

/** GFLOP/s of the kernels' matrix product alone: an update of depth 64 of the upper triangle `[n, n]`. */
function productRate(n: number): number {
  const depth = 64;
  const memory = new KernelMemory([n * n, panelsLength(n, depth)]);
  const c = { ...memory.take(n * n), stride: n };
  const a = takePanels(memory, n, depth);
  fillNumbers(a.data, 1);
  const rates: number[] = [];
  for (let round = 0; round < 9; round++) {
    const began = now();
    subtractUpper(memory, c, n, a, a, depth);
    rates.push((n * n * depth) / (now() - began) / 1e9);
  }
  return spreadOf(rates).middle;
}

/** Seconds as the width grows, d in a fixed share of it, and the rate beside that of the matrix product alone. */
function* growth(widths: readonly number[], rounds: number): Iterable<Figure> {
  const seconds: number[] = [];
  for (const f of widths) {
    const module = { d: (f * 3) / 8, structures: f, size: 1 };
    blockedTimes({ ...module, structures: Math.min(f, 512) });
    const spread = spreadOf(Array.from({ length: rounds }, () => total(blockedTimes(module))));
    const [rate, product] = [passFlop(f, module.d) / spread.middle / 1e9, productRate(f)];
    const note = `${rate.toFixed(1)} GFLOP/s of ${product.toFixed(1)} of the matrix product alone, ${Math.round((100 * rate) / product)} %`;
    seconds.push(spread.middle);
    yield { name: `blocked, the whole pass, ${nameOf(module)}`, value: spread.middle, unit: 's', quartiles: [spread.low, spread.high], note };
  }
  const [first, last] = [seconds[0]!, seconds.at(-1)!];
  const exponent = Math.log(last / first) / Math.log(widths.at(-1)! / widths[0]!);
  yield { name: 'seconds grow with the width to the power of', value: exponent, unit: '', note: `f = ${widths.join(', ')}; 3 for matrix products` };
}

/** The greedy pass of one module on this thread, float64, against the textbook loop that rewrites P and W for each removal. */
export async function* databaseBench({ effort }: BenchContext): AsyncIterable<Figure> {
  if (effort === 'quick') {
    yield* contested({ d: 144, structures: 384, size: 1 }, 3);
    yield* contested({ d: 256, structures: 8, size: 32 }, 3);
    return;
  }
  yield* contested({ d: 576, structures: 1536, size: 1 }, 3);
  yield* contested({ d: 576, structures: 9, size: 64 }, 5);
  yield* contested({ d: 256, structures: 640, size: 1 }, 5);
  yield* sampled({ d: 1024, structures: 4096, size: 1 }, true);
  yield* growth([768, 1536, 3072], 3);
  yield* sampled({ d: 4096, structures: 32, size: 128 }, false);
  yield* estimate({ d: 4096, structures: 11_008, size: 1 });
}

/** A module of Llama 7B, from samples. */
function* estimate(module: Module): Iterable<Figure> {
  const { inversion, removals } = sampledTimes(module);
  const rate = passFlop(columnsOf(module), module.d) / (inversion + removals) / 1e9;
  const note = `inversion ${inversion.toFixed(0)} s from 4 of 344 sweeps, removals ${removals.toFixed(0)} s from 64 at each of 4 widths; ${rate.toFixed(1)} GFLOP/s`;
  yield { name: `blocked, estimate of the whole pass, ${nameOf(module)}`, value: inversion + removals, unit: 's', note };
}
