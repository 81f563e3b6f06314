import { dot } from './dot-rows.ts';
import type { ObsState } from './obs-state.ts';
import { subtractProduct } from './subtract-product.ts';

/** Removals whose updates are carried out together. */
const PANEL = 32;
/** Rows of P that are updated at once, from their diagonal on. */
const ROWS = 32;

/**
 * Greedy state for structures of a single column (MLP channels). Removed columns are overwritten by the last one, so the
 * arrays stay dense and each step costs less than the one before.
 *
 * A removal changes every entry of W and P, far more memory than arithmetic. So only what the next choice needs, the
 * diagonal of P and the norms of the columns of W, follows at once; the rest waits in a panel of rank-1 updates
 * `P -= Y Y^T`, `W^T -= Y Z^T` and is done as one product, after which the norms are computed afresh.
 */
export class ColumnObs implements ObsState {
  readonly #rows: number;
  /** Row stride of P: the number of columns at the start. */
  readonly #stride: number;
  /** P = H^-1 `[remaining, remaining]` before the panel, upper triangle, in order of slots. */
  readonly #inverse: Float64Array;
  /** W transposed `[remaining, d]` before the panel, in order of slots: a column of W is contiguous. */
  readonly #weight: Float64Array;
  /** Diagonal of P, squared norms of the columns of W and scores, all up to date. */
  readonly #diagonal: Float64Array;
  readonly #norms: Float64Array;
  readonly #scores: Float64Array;
  /** Column of the dense weight in each slot, and back. */
  readonly #columnAt: Int32Array;
  readonly #slotOf: Int32Array;
  /** Y `[remaining, PANEL]` and Z `[d, PANEL]`, the first `#pending` columns of each in use. */
  readonly #y: Float64Array;
  readonly #z: Float64Array;
  #pending = 0;
  /** P_:,S `[remaining]` and W_S `[d]` of the column that goes, up to date. */
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
    this.#diagonal = new Float64Array(columns);
    this.#norms = new Float64Array(columns);
    this.#scores = new Float64Array(columns);
    this.#y = new Float64Array(columns * PANEL);
    this.#z = new Float64Array(this.#rows * PANEL);
    this.#cross = new Float64Array(columns);
    this.#gone = new Float64Array(this.#rows);
    this.#measure();
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
    const pivot = this.#diagonal[slot] ?? 0;
    this.#readOut(slot);
    this.#fill(slot);
    if (!(pivot > 0)) return true; // the pseudo-inverse of 0 is 0: nothing to compensate
    this.#follow(pivot);
    if (++this.#pending === PANEL) this.#flush();
    return false;
  }

  weightOf(kept: Int32Array): Float32Array<ArrayBuffer> {
    this.#flush();
    const out = new Float32Array(this.#rows * kept.length);
    kept.forEach((column, at) => {
      const base = (this.#slotOf[column] ?? 0) * this.#rows;
      for (let row = 0; row < this.#rows; row++) out[row * kept.length + at] = this.#weight[base + row] ?? 0;
    });
    return out;
  }

  /** Diagonal, norms and scores from P and W; the panel must be empty. */
  #measure(): void {
    const weight = this.#weight;
    for (let slot = 0; slot < this.#remaining; slot++) {
      this.#diagonal[slot] = this.#inverse[slot * (this.#stride + 1)] ?? 0;
      this.#norms[slot] = dot(weight, slot * this.#rows, weight, slot * this.#rows, this.#rows);
      this.#score(slot);
    }
  }

  /** `||w||^2 / P_jj`; the pseudo-inverse of a diagonal that is not positive is 0. */
  #score(slot: number): void {
    const diagonal = this.#diagonal[slot] ?? 0;
    this.#scores[slot] = diagonal > 0 ? (this.#norms[slot] ?? 0) / diagonal : 0;
  }

  /** `P_:,S` and `W_S` of a slot, with what waits in the panel. */
  #readOut(slot: number): void {
    const [y, z, inverse, stride] = [this.#y, this.#z, this.#inverse, this.#stride];
    const own = slot * PANEL;
    for (let i = 0; i < this.#remaining; i++) {
      const entry = inverse[i < slot ? i * stride + slot : slot * stride + i] ?? 0;
      this.#cross[i] = entry - dot(y, i * PANEL, y, own, this.#pending);
    }
    for (let row = 0; row < this.#rows; row++) {
      this.#gone[row] = (this.#weight[slot * this.#rows + row] ?? 0) - dot(z, row * PANEL, y, own, this.#pending);
    }
  }

  /** Moves the last slot into a slot that is free. */
  #fill(slot: number): void {
    const last = --this.#remaining;
    if (slot === last) return;
    const [inverse, stride] = [this.#inverse, this.#stride];
    for (let i = 0; i < last; i++) inverse[i < slot ? i * stride + slot : slot * stride + i] = inverse[i * stride + last] ?? 0;
    inverse[slot * (stride + 1)] = inverse[last * (stride + 1)] ?? 0;
    for (const values of [this.#cross, this.#diagonal, this.#norms, this.#scores]) values[slot] = values[last] ?? 0;
    this.#weight.copyWithin(slot * this.#rows, last * this.#rows, (last + 1) * this.#rows);
    this.#y.copyWithin(slot * PANEL, last * PANEL, (last + 1) * PANEL);
    const moved = this.#columnAt[last] ?? 0;
    this.#columnAt[slot] = moved;
    this.#slotOf[moved] = slot;
  }

  /** Puts the update into the panel and lets diagonal and norms follow: `||w - f w_S||^2 = ||w||^2 - 2 f w.w_S + f^2 ||w_S||^2`. */
  #follow(pivot: number): void {
    const [y, z, gone, pending, rows] = [this.#y, this.#z, this.#gone, this.#pending, this.#rows];
    const root = Math.sqrt(pivot);
    const squares = dot(gone, 0, gone, 0, rows);
    const inner = new Float64Array(PANEL); // Z^T w_S
    for (let row = 0; row < rows; row++) {
      const value = gone[row] ?? 0;
      for (let t = 0; t < pending; t++) inner[t] = (inner[t] ?? 0) + value * (z[row * PANEL + t] ?? 0);
      z[row * PANEL + pending] = value / root;
    }
    for (let i = 0; i < this.#remaining; i++) {
      const cross = this.#cross[i] ?? 0;
      y[i * PANEL + pending] = cross / root;
      if (cross === 0) continue;
      const factor = cross / pivot;
      const product = dot(this.#weight, i * rows, gone, 0, rows) - dot(y, i * PANEL, inner, 0, pending);
      this.#diagonal[i] = (this.#diagonal[i] ?? 0) - factor * cross;
      this.#norms[i] = Math.max(0, (this.#norms[i] ?? 0) - factor * (2 * product - factor * squares));
      this.#score(i);
    }
  }

  /** Carries out what waits in the panel. */
  #flush(): void {
    if (this.#pending === 0) return;
    const y = { data: this.#y, stride: PANEL };
    const inverse = { data: this.#inverse, stride: this.#stride };
    const remaining = this.#remaining;
    for (let start = 0; start < remaining; start += ROWS) {
      const rows = { start, end: Math.min(start + ROWS, remaining) };
      subtractProduct(inverse, y, rows, y, { start, end: remaining }, this.#pending);
    }
    const weight = { data: this.#weight, stride: this.#rows };
    const z = { data: this.#z, stride: PANEL };
    subtractProduct(weight, y, { start: 0, end: remaining }, z, { start: 0, end: this.#rows }, this.#pending);
    this.#pending = 0;
    this.#measure();
  }
}
