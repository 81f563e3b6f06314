import { ColumnObs } from '../pruning/column-obs.ts';
import { BlockObs } from '../pruning/block-obs.ts';
import { ObsMatrices } from '../pruning/obs-matrices.ts';
import { passLengths, PENDING, shapeOf } from '../pruning/obs-shape.ts';
import { plainRemoval } from '../pruning/plain-obs.ts';
import { KernelMemory } from '../pruning/simd/kernel-memory.ts';
import { SWEEP } from '../pruning/simd/sweep-inverse.ts';

/** An output projection `[d, heads * size]` or, where size is 1, `[d, f]`. */
export interface Module {
  readonly d: number;
  readonly structures: number;
  readonly size: number;
}

/** Numbers in [-0.5, 0.5) from a linear congruence (Numerical Recipes, section 7.1): as random as timing asks for. */
export function fillNumbers(values: Float32Array | Float64Array, seed: number): void {
  let state = seed;
  for (let at = 0; at < values.length; at++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    values[at] = state / 2 ** 32 - 0.5;
  }
}

/** A positive definite matrix `[n, n]`: small numbers and a diagonal between 1 and 2. */
export function madeMatrix(n: number): Float64Array<ArrayBuffer> {
  const matrix = new Float64Array(n * n);
  fillNumbers(matrix, 1);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) matrix[i * n + j] = matrix[j * n + i] = matrix[i * n + j]! / n;
    matrix[i * (n + 1)] = 1.5 + matrix[i * (n + 1)]!;
  }
  return matrix;
}

const secondsOf = (work: () => void): number => {
  const began = performance.now();
  work();
  return (performance.now() - began) / 1000;
};

/**
 * Seconds of all removals from the seconds of one at some widths. The cost of a removal is a polynomial of second degree in the
 * structures that remain, so Simpson's rule, exact to the third, gives the sum; at no structures there is no cost.
 */
export function integrated(structures: number, secondsAt: (remaining: number) => number): number {
  const [one, two, three, four] = [1, 2, 3, 4].map((quarter) => secondsAt(Math.round((structures * quarter) / 4)));
  return (structures / 12) * (4 * one! + 2 * two! + 4 * three! + four!);
}

/** Seconds of one plain removal where `remaining` structures are left, the mean of `removals`. */
export function plainSample({ d, size }: Module, remaining: number, removals: number): number {
  const n = remaining * size;
  const weight = new Float64Array(d * n);
  fillNumbers(weight, 2);
  const structures = Array.from({ length: remaining }, (_, structure) => structure);
  const state = { inverse: madeMatrix(n), weight, n, rows: d, structures, sizes: Array<number>(remaining).fill(size) };
  return secondsOf(() => {
    for (let removed = 0; removed < removals; removed++) plainRemoval(state);
  }) / removals;
}

/** P and W of made numbers where `remaining` structures are left. */
function madeMatrices({ d, size }: Module, remaining: number): ObsMatrices {
  const n = remaining * size;
  const matrices = new ObsMatrices(new KernelMemory(passLengths(n, d, size)), shapeOf(n, d, size));
  fillNumbers(matrices.inverse.data, 1);
  for (let at = 0; at < n * n; at++) matrices.inverse.data[at] = matrices.inverse.data[at]! / n;
  for (let i = 0; i < n; i++) matrices.inverse.data[i * (n + 1)] = 1.5 + i / n;
  fillNumbers(matrices.weight.data, 2);
  return matrices;
}

/** Seconds of one blocked removal where `remaining` structures are left: for columns the mean of as many as are carried out together. */
export function blockedSample(module: Module, remaining: number): number {
  const matrices = madeMatrices(module, remaining);
  const single = module.size === 1;
  const state = single ? new ColumnObs(matrices, remaining) : new BlockObs(matrices, Array<number>(remaining).fill(module.size));
  const removals = single ? PENDING : 1;
  return secondsOf(() => {
    for (let removed = 0; removed < removals; removed++) state.remove(state.cheapest().structure);
  }) / removals;
}

/** Seconds of the inversion of `[n, n]`, from some of its sweeps: all do the same work. */
export function sampledInversion(module: Module, sweeps: number): number {
  const n = module.structures * module.size;
  const steps = madeMatrices(module, module.structures).invert();
  const seconds = secondsOf(() => {
    for (let sweep = 0; sweep < sweeps; sweep++) steps.next();
  });
  return (seconds / sweeps) * Math.ceil(n / SWEEP);
}
