import type { Range, Rows } from './dot-rows.ts';
import type { ObsState } from './obs-state.ts';
import { subtractProduct } from './subtract-product.ts';
import { whiteningOf } from './whitening.ts';
import type { Whitening } from './whitening.ts';

/** Room for the arithmetic of structures of one size. */
interface Room {
  /** P_SS `[size, size]` */
  readonly block: Float64Array;
  /** W_S whitened `[d, size]` */
  readonly structure: Rows;
  /** P_:,S whitened `[columns, size]` */
  readonly cross: Rows;
}

/**
 * Greedy state for structures of several neighbouring columns (heads, KV groups). With a factor of `(P_SS)^-1`, the
 * whitened `Z = W_S` and `Y = P_:,S` give the score as `||Z||^2` and the updates as `W -= Z Y^T` and `P -= Y Y^T`.
 */
export class BlockObs implements ObsState {
  /** Columns of each structure. */
  readonly #columnsOf: readonly Range[];
  readonly #rows: number;
  readonly #inverse: Rows;
  readonly #weight: Rows;
  readonly #remaining: Set<number>;
  /** By columns of a structure. */
  readonly #rooms = new Map<number, Room>();

  /** @param inverse `[columns, columns]`, taken over @param weight `[d, columns]`, taken over @param sizes columns of each structure */
  constructor(inverse: Float64Array, weight: Float64Array, columns: number, sizes: readonly number[]) {
    this.#rows = weight.length / columns;
    this.#inverse = { data: inverse, stride: columns };
    this.#weight = { data: weight, stride: columns };
    this.#remaining = new Set(sizes.keys());
    let end = 0;
    this.#columnsOf = sizes.map((size) => ({ start: end, end: (end += size) }));
    for (const size of new Set(sizes)) {
      this.#rooms.set(size, {
        block: new Float64Array(size * size),
        structure: { data: new Float64Array(this.#rows * size), stride: size },
        cross: { data: new Float64Array(columns * size), stride: size },
      });
    }
  }

  cheapest(): { structure: number; score: number } {
    let best = { structure: -1, score: Infinity };
    for (const structure of this.#remaining) {
      const { room } = this.#whitenStructure(structure);
      const score = room.structure.data.reduce((sum, value) => sum + value * value, 0);
      if (Number.isNaN(score)) return { structure, score };
      if (score < best.score) best = { structure, score };
    }
    return best;
  }

  remove(structure: number): boolean {
    const { room, whitening } = this.#whitenStructure(structure);
    const { cross, structure: gone } = room;
    this.#remaining.delete(structure);
    copyColumns(this.#inverse, this.#inverse.stride, this.#columns(structure).start, cross);
    whitening.apply(cross, this.#inverse.stride);
    for (const target of this.#remaining) {
      const columns = this.#columns(target);
      subtractProduct(this.#weight, gone, { start: 0, end: this.#rows }, cross, columns, cross.stride);
      for (const other of this.#remaining) {
        subtractProduct(this.#inverse, cross, this.#columns(other), cross, columns, cross.stride);
      }
    }
    return whitening.fallback;
  }

  weightOf(kept: Int32Array): Float32Array<ArrayBuffer> {
    const { data, stride } = this.#weight;
    const ranges = Array.from(kept, (structure) => this.#columns(structure));
    const width = ranges.reduce((sum, { start, end }) => sum + end - start, 0);
    const out = new Float32Array(this.#rows * width);
    for (let row = 0; row < this.#rows; row++) {
      let at = row * width;
      for (const { start, end } of ranges) {
        out.set(data.subarray(row * stride + start, row * stride + end), at);
        at += end - start;
      }
    }
    return out;
  }

  /** Factors `P_SS` and leaves the whitened `W_S` in the room of its size. */
  #whitenStructure(structure: number): { readonly whitening: Whitening; readonly room: Room } {
    const { start, end } = this.#columns(structure);
    const size = end - start;
    const room = this.#rooms.get(size);
    if (room === undefined) throw new RangeError(`no structure of ${size} columns`);
    for (let row = 0; row < size; row++) {
      const from = (start + row) * this.#inverse.stride + start;
      room.block.set(this.#inverse.data.subarray(from, from + size), row * size);
    }
    const whitening = whiteningOf(room.block, size);
    copyColumns(this.#weight, this.#rows, start, room.structure);
    whitening.apply(room.structure, this.#rows);
    return { whitening, room };
  }

  #columns(structure: number): Range {
    const range = this.#columnsOf[structure];
    if (range === undefined) throw new RangeError(`no structure ${structure}`);
    return range;
  }
}

/** Columns `first, first + 1, ...` of the first `count` rows of a matrix, as many as `to` is wide. */
function copyColumns(from: Rows, count: number, first: number, to: Rows): void {
  for (let row = 0; row < count; row++) {
    const start = row * from.stride + first;
    to.data.set(from.data.subarray(start, start + to.stride), row * to.stride);
  }
}
