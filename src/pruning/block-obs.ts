import type { Move, ObsMatrices } from './obs-matrices.ts';
import type { ObsState } from './obs-state.ts';
import type { KernelMemory } from './simd/kernel-memory.ts';
import { inPanels, PANEL, panelAddress, panelIndex, takePanels } from './simd/panels.ts';
import type { Panels } from './simd/panels.ts';
import { subtractPanels, subtractRows } from './simd/products.ts';
import type { Rows } from './simd/products.ts';
import { diagonalBlock, packNegative, readColumns } from './simd/sweep-inverse.ts';
import { whiteningOf } from './whitening.ts';
import type { Whitening } from './whitening.ts';

/** Neighbouring places. */
interface Span {
  readonly start: number;
  /** A multiple of 4. */
  readonly size: number;
}

/**
 * Greedy state for structures of several neighbouring columns (heads, KV groups). With `(P_SS)^-1 = T^T T` and G = W^T W, the
 * score is `trace(T G_SS T^T)`, and with `Y = P_:,S T^T`, `Z = W_S T^T` the updates are `P -= Y Y^T` and `W -= Z Y^T`.
 */
export class BlockObs implements ObsState {
  readonly #matrices: ObsMatrices;
  readonly #memory: KernelMemory;
  /** Columns of each structure, without the places that fill its last panel. */
  readonly #sizes: readonly number[];
  /** Structures that remain, as they lie one after the other. */
  readonly #remaining: number[];
  /** G_SS of one structure, and its W_S by rows `[d, size]`. */
  readonly #gram: Rows;
  readonly #structure: Panels;

  /** @param matrices P and W, each structure beginning at a multiple of 4 @param sizes columns of each structure */
  constructor(matrices: ObsMatrices, sizes: readonly number[]) {
    const { memory, depth, rows } = matrices;
    this.#matrices = matrices;
    this.#memory = memory;
    this.#sizes = sizes;
    this.#remaining = [...sizes.keys()];
    this.#gram = { ...memory.take(depth * depth), stride: depth };
    this.#structure = takePanels(memory, rows, depth);
  }

  cheapest(): { structure: number; score: number } {
    let best = { structure: -1, score: Infinity };
    let start = 0;
    for (const structure of this.#remaining) {
      const span = { start, size: this.#places(structure) };
      const score = this.#score(span);
      if (Number.isNaN(score)) return { structure, score };
      if (score < best.score || (score === best.score && structure < best.structure)) best = { structure, score };
      start += span.size;
    }
    return best;
  }

  remove(structure: number): boolean {
    const span = this.#spanOf(structure);
    const { fallback, factor } = this.#whitening(span);
    this.#prepare(span, factor);
    const count = this.#matrices.n - span.size;
    this.#matrices.update(this.#take(structure, span), count, span.size);
    return fallback;
  }

  weight(): Float32Array<ArrayBuffer> {
    const places = this.#remaining.toSorted((a, b) => a - b).flatMap((structure) => {
      const { start } = this.#spanOf(structure);
      return Array.from({ length: this.#sizes[structure]! }, (_, column) => start + column);
    });
    return this.#matrices.weightAt(Int32Array.from(places));
  }

  /** Takes a structure from the list. The last one takes its place where it is as large, else all behind it move up. */
  #take(structure: number, { start, size }: Span): Move[] {
    const count = this.#matrices.n - size;
    const at = this.#remaining.indexOf(structure);
    const last = this.#remaining.at(-1)!;
    if (this.#places(last) !== size) {
      this.#remaining.splice(at, 1);
      return Array.from({ length: count - start }, (_, index) => ({ from: start + size + index, to: start + index }));
    }
    this.#remaining[at] = last;
    this.#remaining.pop();
    return last === structure ? [] : Array.from({ length: size }, (_, index) => ({ from: count + index, to: start + index }));
  }

  /** Y and Z of a structure that goes. */
  #prepare({ start, size }: Span, t: Float64Array): void {
    const { inverse, weight, n, y, z, cross, factor } = this.#matrices;
    packNegative(t, size, false, factor);
    readColumns(inverse, n, start, size, cross);
    y.data.fill(0);
    subtractPanels(this.#memory, y, factor, size, cross, n, size);
    const own = this.#structure;
    for (let k = 0; k < size; k++) {
      const from = panelIndex(weight, start + k, 0);
      for (let row = 0; row < weight.depth; row++) own.data[panelIndex(own, row, k)] = weight.data[from + row * PANEL]!;
    }
    z.data.fill(0);
    subtractPanels(this.#memory, z, factor, size, own, weight.depth, size);
  }

  /** `trace(T G_SS T^T)`, from `-G_SS`. */
  #score(span: Span): number {
    const { weight } = this.#matrices;
    const { size } = span;
    const { data: gram, stride } = this.#gram;
    const t = this.#whitening(span).factor;
    gram.fill(0);
    const own = { ...weight, address: panelAddress(weight, span.start) };
    subtractRows(this.#memory, this.#gram, own, size, own, size);
    let score = 0;
    const row = new Float64Array(size);
    for (let i = 0; i < size; i++) {
      row.fill(0); // row i of T G_SS
      for (let k = 0; k < size; k++) {
        const factor = t[i * size + k]!;
        if (factor === 0) continue; // above the diagonal of a Cholesky factor
        for (let j = 0; j < size; j++) row[j] = row[j]! + factor * gram[k * stride + j]!;
      }
      for (let j = 0; j < size; j++) score -= row[j]! * t[i * size + j]!;
    }
    return score;
  }

  #whitening({ start, size }: Span): Whitening {
    return whiteningOf(diagonalBlock(this.#matrices.inverse, start, size), size);
  }

  #places(structure: number): number {
    return inPanels(this.#sizes[structure]!);
  }

  #spanOf(structure: number): Span {
    let start = 0;
    for (const other of this.#remaining) {
      if (other === structure) return { start, size: this.#places(structure) };
      start += this.#places(other);
    }
    throw new RangeError(`no structure ${structure}`);
  }
}
