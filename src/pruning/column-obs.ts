import type { ObsState } from './obs-state.ts';

/**
 * Greedy state for structures of a single column (MLP channels): rank-1 updates restricted to what remains.
 * Removed columns are overwritten by the last one, so the arrays stay dense and each step costs less than the one before;
 * only the upper triangle of P is kept up to date.
 */
export class ColumnObs implements ObsState {
  readonly #rows: number;
  /** Row stride of P: the number of columns at the start. */
  readonly #stride: number;
  /** P = H^-1 `[remaining, remaining]`, upper triangle, in order of slots. */
  readonly #inverse: Float64Array;
  /** W transposed `[remaining, d]`, in order of slots: a column of W is contiguous. */
  readonly #weight: Float64Array;
  readonly #scores: Float64Array;
  /** Column of the dense weight in each slot, and back. */
  readonly #columnAt: Int32Array;
  readonly #slotOf: Int32Array;
  readonly #cross: Float64Array;
  readonly #gone: Float64Array;
  #remaining: number;

  /** @param inverse `[columns, columns]`, taken over @param weight W transposed `[columns, d]`, taken over */
  constructor(inverse: Float64Array, weight: Float64Array, columns: number) {
    this.#inverse = inverse;
    this.#weight = weight;
    this.#stride = columns;
    this.#remaining = columns;
    this.#rows = weight.length / columns;
    this.#columnAt = Int32Array.from({ length: columns }, (_, column) => column);
    this.#slotOf = Int32Array.from(this.#columnAt);
    this.#cross = new Float64Array(columns);
    this.#gone = new Float64Array(this.#rows);
    this.#scores = new Float64Array(columns);
    for (let slot = 0; slot < columns; slot++) this.#score(slot, subtractScaled(weight, slot * this.#rows, this.#gone, 0));
  }

  cheapest(): { structure: number; score: number } {
    let structure = this.#columnAt[0] ?? -1;
    let score = this.#scores[0] ?? NaN;
    for (let slot = 1; slot < this.#remaining; slot++) {
      const other = this.#scores[slot] ?? NaN;
      const column = this.#columnAt[slot] ?? -1;
      // A score that is no number is handed on, so that the pass stops instead of walking past it.
      if (other < score || Number.isNaN(other) || (other === score && column < structure)) {
        structure = column;
        score = other;
      }
    }
    return { structure, score };
  }

  remove(structure: number): boolean {
    const slot = this.#slotOf[structure] ?? -1;
    const pivot = this.#inverse[slot * (this.#stride + 1)] ?? 0;
    this.#takeOut(slot);
    if (!(pivot > 0)) return true; // the pseudo-inverse of 0 is 0: nothing to compensate
    const cross = this.#cross;
    for (let i = 0; i < this.#remaining; i++) {
      const factor = (cross[i] ?? 0) / pivot;
      if (factor === 0) continue;
      subtractRow(this.#inverse, i * this.#stride, cross, factor, i, this.#remaining);
      this.#score(i, subtractScaled(this.#weight, i * this.#rows, this.#gone, factor));
    }
    return false;
  }

  weightOf(kept: Int32Array): Float32Array<ArrayBuffer> {
    const out = new Float32Array(this.#rows * kept.length);
    kept.forEach((column, at) => {
      const base = (this.#slotOf[column] ?? 0) * this.#rows;
      for (let row = 0; row < this.#rows; row++) out[row * kept.length + at] = this.#weight[base + row] ?? 0;
    });
    return out;
  }

  /** `||w||^2 / P_jj`; the pseudo-inverse of a diagonal that is not positive is 0. */
  #score(slot: number, squares: number): void {
    const diagonal = this.#inverse[slot * (this.#stride + 1)] ?? 0;
    this.#scores[slot] = diagonal > 0 ? squares / diagonal : 0;
  }

  /** Copies `P_:,S` and `W_S` of a slot out and moves the last slot into its place. */
  #takeOut(slot: number): void {
    const last = --this.#remaining;
    const stride = this.#stride;
    const inverse = this.#inverse;
    for (let i = 0; i <= last; i++) this.#cross[i] = inverse[i < slot ? i * stride + slot : slot * stride + i] ?? 0;
    this.#gone.set(this.#weight.subarray(slot * this.#rows, (slot + 1) * this.#rows));
    if (slot === last) return;
    for (let i = 0; i < last; i++) inverse[i < slot ? i * stride + slot : slot * stride + i] = inverse[i * stride + last] ?? 0;
    inverse[slot * (stride + 1)] = inverse[last * (stride + 1)] ?? 0;
    this.#cross[slot] = this.#cross[last] ?? 0;
    this.#scores[slot] = this.#scores[last] ?? 0;
    this.#weight.copyWithin(slot * this.#rows, last * this.#rows, (last + 1) * this.#rows);
    const moved = this.#columnAt[last] ?? 0;
    this.#columnAt[slot] = moved;
    this.#slotOf[moved] = slot;
  }
}

/** `data[base + j] -= factor * by[j]` for j in `[from, to)`. */
function subtractRow(data: Float64Array, base: number, by: Float64Array, factor: number, from: number, to: number): void {
  for (let j = from; j < to; j++) data[base + j] = (data[base + j] ?? 0) - factor * (by[j] ?? 0);
}

/** `data[base + j] -= factor * by[j]` over all of `by`; returns the sum of squares of the result. */
function subtractScaled(data: Float64Array, base: number, by: Float64Array, factor: number): number {
  let even = 0;
  let odd = 0;
  const whole = by.length - (by.length % 2);
  for (let j = 0; j < whole; j += 2) {
    const first = (data[base + j] ?? 0) - factor * (by[j] ?? 0);
    const second = (data[base + j + 1] ?? 0) - factor * (by[j + 1] ?? 0);
    data[base + j] = first;
    data[base + j + 1] = second;
    even += first * first;
    odd += second * second;
  }
  if (whole < by.length) {
    const rest = (data[base + whole] ?? 0) - factor * (by[whole] ?? 0);
    data[base + whole] = rest;
    even += rest * rest;
  }
  return even + odd;
}
