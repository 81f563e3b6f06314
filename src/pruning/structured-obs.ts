import { BlockObs } from './block-obs.ts';
import { invertInPlace } from './cholesky.ts';
import { ColumnObs } from './column-obs.ts';
import type { PreparedHessian } from './hessian.ts';
import type { ObsState } from './obs-state.ts';
import { HessianNotPositiveDefiniteError, PruningNotFiniteError } from './pruning-errors.ts';

export interface PruneStructuresOptions {
  /** Damped Hessian of the inputs; its matrix is overwritten. */
  readonly hessian: PreparedHessian;
  /** Output projection `[d, columns]`; not changed. */
  readonly weight: Float32Array;
  /**
   * Columns of one structure: head_dim for query heads, group size * head_dim for KV groups, 1 for channels. One number for
   * each structure, in order, where they differ (ragged KV groups).
   */
  readonly structureSize: number | readonly number[];
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

/** Float64 copy of the weight, dead columns zero: `[columns, d]` where transposed, else `[d, columns]`. */
function workingWeight(weight: Float32Array, { columns, dead }: PreparedHessian, transposed: boolean): Float64Array {
  const rows = weight.length / columns;
  const copy = transposed ? new Float64Array(weight.length) : Float64Array.from(weight);
  const at = (row: number, column: number) => (transposed ? column * rows + row : row * columns + column);
  if (transposed) {
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) copy[column * rows + row] = weight[row * columns + column] ?? 0;
    }
  }
  for (const column of dead) for (let row = 0; row < rows; row++) copy[at(row, column)] = 0;
  return copy;
}

function startState({ hessian, weight, structureSize }: PruneStructuresOptions, sizes: readonly number[]): ObsState {
  const { matrix, columns, module, damping } = hessian;
  if (!invertInPlace(matrix, columns)) throw new HessianNotPositiveDefiniteError(module, damping);
  const working = workingWeight(weight, hessian, structureSize === 1);
  return structureSize === 1 ? new ColumnObs(matrix, working, columns) : new BlockObs(matrix, working, columns, sizes);
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
  const state = startState(options, sizes);
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
      outcome.snapshots.push({ removed, kept: left, weight: removed === 0 ? weight : state.weightOf(left), loss });
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
