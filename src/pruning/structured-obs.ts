import { BlockObs } from './block-obs.ts';
import { ColumnObs } from './column-obs.ts';
import type { PreparedHessian } from './hessian.ts';
import { ObsMatrices } from './obs-matrices.ts';
import { passLengths, shapeOf } from './obs-shape.ts';
import type { StructureSize } from './obs-shape.ts';
import type { ObsState } from './obs-state.ts';
import { HessianNotPositiveDefiniteError, PruningNotFiniteError } from './pruning-errors.ts';
import { KernelMemory } from './simd/kernel-memory.ts';
import { inPanels } from './simd/panels.ts';

export interface PruneStructuresOptions {
  /** Damped Hessian of the inputs; its matrix is used up, its memory given back, unless it has no inverse. */
  readonly hessian: PreparedHessian;
  /** Output projection `[d, columns]`; not changed. */
  readonly weight: Float32Array;
  /**
   * Columns of one structure: head_dim for query heads, group size * head_dim for KV groups, 1 for channels. One number for
   * each structure, in order, where they differ (ragged KV groups).
   */
  readonly structureSize: StructureSize;
  /** Counts of removed structures at which to take a snapshot, ascending. The pass ends at the last of them. */
  readonly removals: readonly number[];
}

/** The module when `removed` structures are gone. */
export interface PruneSnapshot {
  readonly removed: number;
  /** Structures that remain, sorted. */
  readonly kept: Int32Array<ArrayBuffer>;
  /** Updated weight `[d, columns of the kept]`; where nothing was removed, the dense weight itself. */
  readonly weight: Float32Array;
  /** Half the sum of the scores so far. */
  readonly loss: number;
}

export interface PruneOutcome {
  /** Structures in order of removal. */
  readonly order: number[];
  /** `trace(W_S (P_SS)^-1 W_S^T)` of each removal. */
  readonly scores: number[];
  readonly snapshots: PruneSnapshot[];
  /** Removals for which P_SS was not positive definite and a pseudo-inverse was used. */
  readonly fallbacks: number;
}

export interface PruneStep {
  readonly removed: number;
  /** Removals of the whole pass. */
  readonly total: number;
}

/** Columns of each structure. Throws RangeError where they are not all of the columns. */
function sizesOf({ hessian: { columns }, structureSize }: PruneStructuresOptions): readonly number[] {
  const sizes = typeof structureSize === 'number' ? Array.from({ length: Math.floor(columns / structureSize) }, () => structureSize) : structureSize;
  const whole = sizes.every((size) => Number.isSafeInteger(size) && size > 0);
  if (!whole || sizes.reduce((sum, size) => sum + size, 0) !== columns) {
    throw new RangeError(`${columns} columns do not divide into structures of ${String(structureSize)}`);
  }
  return sizes;
}

function checkOptions({ hessian, weight, removals }: PruneStructuresOptions, structures: number): void {
  const { columns, module } = hessian;
  if (weight.length === 0 || weight.length % columns !== 0) throw new RangeError(`${weight.length} weights in ${columns} columns`);
  const ascending = removals.every((count, index) => Number.isInteger(count) && count > (removals[index - 1] ?? -1));
  if (!ascending || (removals.at(-1) ?? 0) > structures) throw new RangeError(`removals ${removals.join(', ')} of ${structures} structures`);
  // 0 only for finite values.
  if (!weight.every((value) => value - value === 0)) throw new PruningNotFiniteError(module, 'A weight');
}

/** Places of the columns in the kernels' memory: each structure begins at a multiple of 4. */
function placesOf(sizes: readonly number[]): Int32Array {
  let start = 0;
  const places = sizes.flatMap((size) => {
    const own = Array.from({ length: size }, (_, column) => start + column);
    start += inPanels(size);
    return own;
  });
  return Int32Array.from(places);
}

/** The matrices of the module, H inverted; yields while that lasts. */
function* startState({ hessian, weight, structureSize }: PruneStructuresOptions, sizes: readonly number[]): Generator<void, ObsState> {
  const { columns, module, damping } = hessian;
  const size = [columns, weight.length / columns, structureSize] as const;
  const matrices = new ObsMatrices(new KernelMemory(passLengths(...size)), shapeOf(...size));
  const single = structureSize === 1;
  matrices.load(hessian, weight, single ? Int32Array.from(sizes.keys()) : placesOf(sizes));
  if (!(yield* matrices.invert())) throw new HessianNotPositiveDefiniteError(module, damping);
  release(hessian.matrix);
  return single ? new ColumnObs(matrices, columns) : new BlockObs(matrices, sizes);
}

/** Gives the memory of an array back at once, where it is alone in its buffer: a Hessian is as large as all else together. */
function release({ buffer, byteLength }: Float64Array): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) structuredClone(buffer, { transfer: [buffer] });
}

/**
 * The greedy pass of structured OBS (ZipLM, arXiv 2302.04089; method section 2) in float64: removes the structure of least
 * score `trace(W_S (P_SS)^-1 W_S^T)`, ties to the lowest index, and lets the others make up for it. A generator, so that
 * the caller can show progress or stop between removals.
 *
 * Throws {@link HessianNotPositiveDefiniteError}, {@link PruningNotFiniteError}, and RangeError for sizes that do not fit.
 */
export function* pruneStepwise(options: PruneStructuresOptions): Generator<PruneStep, PruneOutcome> {
  const sizes = sizesOf(options);
  checkOptions(options, sizes.length);
  const { hessian, weight, removals } = options;
  const total = removals.at(-1) ?? 0;
  const wanted = new Set(removals);
  const kept = new Set(sizes.keys());
  const outcome = { order: new Array<number>(), scores: new Array<number>(), snapshots: new Array<PruneSnapshot>() };
  const starting = startState(options, sizes);
  let started = starting.next();
  for (; started.done !== true; started = starting.next()) yield { removed: 0, total };
  const state = started.value;
  let [loss, fallbacks] = [0, 0];
  for (let removed = 0; removed <= total; removed++) {
    if (removed > 0) {
      const { structure, score } = state.cheapest();
      if (!Number.isFinite(score)) throw new PruningNotFiniteError(hessian.module, 'A score');
      if (state.remove(structure)) fallbacks++;
      kept.delete(structure);
      outcome.order.push(structure);
      outcome.scores.push(score);
      loss += score / 2;
    }
    if (wanted.has(removed)) {
      const left = Int32Array.from(kept);
      outcome.snapshots.push({ removed, kept: left, weight: removed === 0 ? weight : state.weight(), loss });
    }
    yield { removed, total };
  }
  return { ...outcome, fallbacks };
}

/** {@link pruneStepwise} in one go. */
export function pruneStructures(options: PruneStructuresOptions, onProgress?: (step: PruneStep) => void): PruneOutcome {
  const steps = pruneStepwise(options);
  for (;;) {
    const next = steps.next();
    if (next.done === true) return next.value;
    onProgress?.(next.value);
  }
}
