import type { Range, Rows } from './dot-rows.ts';
import type { ObsState } from './obs-state.ts';
import { subtractProduct } from './subtract-product.ts';
import { whiteningOf } from './whitening.ts';
import type { Whitening } from './whitening.ts';

/**
 * Greedy state for structures of several neighbouring columns (heads, KV groups). With a factor of `(P_SS)^-1`, the
 * whitened `Z = W_S` and `Y = P_:,S` give the score as `||Z||^2` and the updates as `W -= Z Y^T` and `P -= Y Y^T`.
 */
export class BlockObs implements ObsState {
  readonly #size: number;
  readonly #rows: number;
  readonly #inverse: Rows;
  readonly #weight: Rows;
  readonly #remaining: Set<number>;
  readonly #block: Float64Array;
  /** W_S whitened `[d, size]` */
  readonly #structure: Rows;
  /** P_:,S whitened `[columns, size]` */
  readonly #cross: Rows;

  /** @param inverse `[columns, columns]`, taken over @param weight `[d, columns]`, taken over @param size columns of a structure */
  constructor(inverse: Float64Array, weight: Float64Array, columns: number, size: number) {
    this.#size = size;
    this.#rows = weight.length / columns;
    this.#inverse = { data: inverse, stride: columns };
    this.#weight = { data: weight, stride: columns };
    this.#remaining = new Set(Array.from({ length: columns / size }, (_, structure) => structure));
    this.#block = new Float64Array(size * size);
    this.#structure = { data: new Float64Array(this.#rows * size), stride: size };
    this.#cross = { data: new Float64Array(columns * size), stride: size };
  }

  cheapest(): { structure: number; score: number } {
    let best = { structure: -1, score: Infinity };
    for (const structure of this.#remaining) {
      this.#whitenStructure(structure);
      const score = this.#structure.data.reduce((sum, value) => sum + value * value, 0);
      if (Number.isNaN(score)) return { structure, score };
      if (score < best.score) best = { structure, score };
    }
    return best;
  }

  remove(structure: number): boolean {
    const whitening = this.#whitenStructure(structure);
    this.#remaining.delete(structure);
    copyColumns(this.#inverse, this.#inverse.stride, structure * this.#size, this.#cross);
    whitening.apply(this.#cross, this.#inverse.stride);
    for (const target of this.#remaining) {
      const columns = this.#columnsOf(target);
      subtractProduct(this.#weight, this.#structure, { start: 0, end: this.#rows }, this.#cross, columns, this.#size);
      for (const other of this.#remaining) {
        subtractProduct(this.#inverse, this.#cross, this.#columnsOf(other), this.#cross, columns, this.#size);
      }
    }
    return whitening.fallback;
  }

  weightOf(kept: Int32Array): Float32Array<ArrayBuffer> {
    const { data, stride } = this.#weight;
    const width = kept.length * this.#size;
    const out = new Float32Array(this.#rows * width);
    for (let row = 0; row < this.#rows; row++) {
      kept.forEach((structure, at) => {
        const from = row * stride + structure * this.#size;
        out.set(data.subarray(from, from + this.#size), row * width + at * this.#size);
      });
    }
    return out;
  }

  /** Factors `P_SS` and leaves the whitened `W_S` in `#structure`. */
  #whitenStructure(structure: number): Whitening {
    const first = structure * this.#size;
    for (let row = 0; row < this.#size; row++) {
      const from = (first + row) * this.#inverse.stride + first;
      this.#block.set(this.#inverse.data.subarray(from, from + this.#size), row * this.#size);
    }
    const whitening = whiteningOf(this.#block, this.#size);
    copyColumns(this.#weight, this.#rows, first, this.#structure);
    whitening.apply(this.#structure, this.#rows);
    return whitening;
  }

  #columnsOf(structure: number): Range {
    return { start: structure * this.#size, end: (structure + 1) * this.#size };
  }
}

/** Columns `first, first + 1, ...` of the first `count` rows of a matrix, as many as `to` is wide. */
function copyColumns(from: Rows, count: number, first: number, to: Rows): void {
  for (let row = 0; row < count; row++) {
    const start = row * from.stride + first;
    to.data.set(from.data.subarray(start, start + to.stride), row * to.stride);
  }
}
