import type { ObsMatrices } from './obs-matrices.ts';
import { GRAM_BATCH, GRAM_ROWS } from './obs-shape.ts';
import { PANEL, panelIndex, takePanels } from './simd/panels.ts';
import type { Panels } from './simd/panels.ts';
import { subtractRows } from './simd/products.ts';
import type { KernelMemory } from './simd/kernel-memory.ts';
import type { Rows } from './simd/products.ts';

/**
 * Rows of the Gram matrix G = W^T W `[n, n]`, made as they are needed: with the row that is asked for come those of the cheapest
 * columns, which are likely to be asked for next. G itself would take as much memory as P, and twice the arithmetic to keep.
 */
export class GramRows {
  readonly #matrices: ObsMatrices;
  readonly #memory: KernelMemory;
  /** Columns of W of a batch, negative `[GRAM_BATCH, d]`. */
  readonly #columns: Panels;
  readonly #rows: Rows;
  /** Which row is whose; -1 where there is none. */
  readonly #rowOf: Int32Array;
  #count = 0;

  constructor(memory: KernelMemory, matrices: ObsMatrices) {
    this.#matrices = matrices;
    this.#memory = memory;
    this.#columns = takePanels(memory, GRAM_BATCH, matrices.weight.depth);
    this.#rows = { ...memory.take(GRAM_ROWS * matrices.n), stride: matrices.n };
    this.#rowOf = new Int32Array(matrices.n).fill(-1);
  }

  /** Forgets all rows: W has changed. */
  clear(): void {
    this.#count = 0;
    this.#rowOf.fill(-1);
  }

  /** `W^T w` `[n]` for the column w at a place. @param scores by place; infinite for columns that are gone */
  row(place: number, scores: Float64Array): Float64Array {
    if (this.#rowOf[place]! < 0) this.#make(place, scores);
    const start = this.#rowOf[place]! * this.#rows.stride;
    return this.#rows.data.subarray(start, start + this.#matrices.n);
  }

  #make(place: number, scores: Float64Array): void {
    if (this.#count + GRAM_BATCH > GRAM_ROWS) this.clear();
    const batch = [place, ...this.#cheapestOthers(place, scores)];
    const { weight, n } = this.#matrices;
    this.#columns.data.fill(0);
    batch.forEach((own, index) => {
      const [from, to] = [panelIndex(weight, own, 0), panelIndex(this.#columns, index, 0)];
      for (let k = 0; k < weight.depth * PANEL; k += PANEL) this.#columns.data[to + k] = -weight.data[from + k]!;
      this.#rowOf[own] = this.#count + index;
    });
    const first = this.#count * this.#rows.stride;
    this.#rows.data.fill(0, first, first + GRAM_BATCH * this.#rows.stride);
    const rows = { ...this.#rows, address: this.#rows.address + first * Float64Array.BYTES_PER_ELEMENT };
    subtractRows(this.#memory, rows, this.#columns, GRAM_BATCH, weight, n);
    this.#count += GRAM_BATCH;
  }

  /** Up to GRAM_BATCH - 1 places of least score that have no row yet, the least first. */
  #cheapestOthers(place: number, scores: Float64Array): number[] {
    const found: number[] = [];
    let bar = Infinity;
    for (let other = 0; other < this.#matrices.n; other++) {
      const score = scores[other]!;
      if (!(score < bar) || other === place || this.#rowOf[other]! >= 0) continue;
      let at = found.length;
      while (at > 0 && scores[found[at - 1]!]! > score) at--;
      found.splice(at, 0, other);
      if (found.length === GRAM_BATCH) found.pop();
      if (found.length === GRAM_BATCH - 1) bar = scores[found.at(-1)!]!;
    }
    return found;
  }
}
