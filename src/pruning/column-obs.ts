import { GramRows } from './gram-rows.ts';
import type { Move, ObsMatrices } from './obs-matrices.ts';
import { PENDING } from './obs-shape.ts';
import type { ObsState } from './obs-state.ts';
import type { Block, KernelMemory } from './simd/kernel-memory.ts';
import { combinePanels, inGroups, PANEL, panelIndex, takePanels } from './simd/panels.ts';
import type { Panels } from './simd/panels.ts';

/**
 * Greedy state for structures of a single column (MLP channels).
 *
 * A removal changes every entry of P and W, far more memory than arithmetic. So only what the next choice needs follows at
 * once, the diagonal of P and the norms of the columns of W; the rest waits as columns of Y and Z (`P -= Y Y^T`,
 * `W^T -= Y Z^T`) and is done as one product, when others take the places of removed columns and the norms are computed afresh. What waits is
 * applied to the one row of P and of G = W^T W that a removal needs: with w_S, P_:,S and G_:,S of the column that goes,
 * `y = P_:,S / sqrt(P_SS)`, `z = w_S / sqrt(P_SS)` and `h = G_:,S / sqrt(P_SS) - G_SS / (2 P_SS) y`, G becomes `G - y h^T - h y^T`.
 */
export class ColumnObs implements ObsState {
  readonly #matrices: ObsMatrices;
  readonly #memory: KernelMemory;
  readonly #grams: GramRows;
  readonly #h: Panels;
  /** Squared norms of the columns of W, up to date. */
  readonly #norms: Block;
  /** P_:,S and G_:,S `[n]` and w_S `[d]` of the column that goes, up to date. */
  readonly #cross: Block;
  readonly #gram: Block;
  readonly #gone: Block;
  /** What waits for one column `[PENDING]`. */
  readonly #own: Block;
  /** Diagonal of P and scores by place, up to date; the score of a removed column is infinite. */
  readonly #diagonal: Float64Array;
  readonly #scores: Float64Array;
  /** Columns by place, and whether each is still there. */
  #columns: Int32Array;
  #there: Uint8Array;
  #pending = 0;

  /** @param matrices P and W `[n, n]`, `[d, n]`, column by column in their order @param columns n, without the places that fill the last panel */
  constructor(matrices: ObsMatrices, columns: number) {
    const { memory, n, rows } = matrices;
    this.#matrices = matrices;
    this.#memory = memory;
    this.#grams = new GramRows(memory, matrices);
    this.#h = takePanels(memory, n, PENDING);
    this.#norms = memory.take(inGroups(n));
    this.#cross = memory.take(inGroups(n));
    this.#gram = memory.take(inGroups(n));
    this.#gone = memory.take(inGroups(rows));
    this.#own = memory.take(PENDING);
    this.#diagonal = new Float64Array(n);
    this.#scores = new Float64Array(n);
    this.#columns = Int32Array.from({ length: columns }, (_, column) => column);
    this.#there = new Uint8Array(columns).fill(1);
    this.#measure();
  }

  cheapest(): { structure: number; score: number } {
    let [place, score] = [-1, Infinity];
    for (let other = 0; other < this.#columns.length; other++) {
      const own = this.#scores[other]!;
      if (own < score || (own === score && this.#columns[other]! < this.#columns[place]!)) [place, score] = [other, own];
      // A score that is no number is handed on, so that the pass stops instead of walking past it.
      else if (Number.isNaN(own)) return { structure: this.#columns[other]!, score: own };
    }
    return { structure: this.#columns[place] ?? -1, score };
  }

  remove(structure: number): boolean {
    const place = this.#columns.indexOf(structure);
    const pivot = this.#diagonal[place]!;
    if (pivot > 0) this.#readOut(place);
    this.#there[place] = 0;
    this.#scores[place] = Infinity;
    if (!(pivot > 0)) return true; // the pseudo-inverse of 0 is 0: nothing to compensate
    this.#follow(place, pivot);
    if (++this.#pending === PENDING) this.#flush();
    return false;
  }

  weight(): Float32Array<ArrayBuffer> {
    this.#flush();
    return this.#matrices.weightAt(Int32Array.from(this.#columns.keys()).sort((a, b) => this.#columns[a]! - this.#columns[b]!));
  }

  /** Diagonal, norms and scores from P and W; nothing may wait. */
  #measure(): void {
    const { inverse, weight, n } = this.#matrices;
    if (n > 0) this.#memory.squares(this.#norms.address, weight.address, n / PANEL, weight.depth);
    this.#scores.fill(Infinity);
    for (let place = 0; place < this.#columns.length; place++) {
      this.#diagonal[place] = inverse.data[place * (inverse.stride + 1)]!;
      this.#score(place);
    }
  }

  /** `||w||^2 / P_jj`; the pseudo-inverse of a diagonal that is not positive is 0. */
  #score(place: number): void {
    const diagonal = this.#diagonal[place]!;
    this.#scores[place] = diagonal > 0 ? this.#norms.data[place]! / diagonal : 0;
  }

  /** `P_:,S`, `G_:,S` and `w_S` of a place, with what waits. */
  #readOut(place: number): void {
    const { inverse, weight, n, rows, y, z } = this.#matrices;
    const { data, stride } = inverse;
    const pending = this.#pending;
    const [cross, gone] = [this.#cross.data, this.#gone.data];
    for (let i = 0; i < place; i++) cross[i] = data[i * stride + place]!;
    cross.set(data.subarray(place * stride + place, place * stride + n), place);
    this.#gram.data.set(this.#grams.row(place, this.#scores));
    const from = panelIndex(weight, place, 0);
    for (let row = 0; row < rows; row++) gone[row] = weight.data[from + row * PANEL]!;
    this.#copyOwn(y, place);
    combinePanels(this.#memory, this.#cross, y, this.#own, n, pending);
    combinePanels(this.#memory, this.#gram, this.#h, this.#own, n, pending);
    combinePanels(this.#memory, this.#gone, z, this.#own, rows, pending);
    this.#copyOwn(this.#h, place);
    combinePanels(this.#memory, this.#gram, y, this.#own, n, pending);
  }

  #copyOwn(panels: Panels, place: number): void {
    const from = panelIndex(panels, place, 0);
    for (let k = 0; k < this.#pending; k++) this.#own.data[k] = panels.data[from + k * PANEL]!;
  }

  /** Lets the update wait and diagonal and norms follow: `||w - f w_S||^2 = ||w||^2 - 2 h y`, `f = y / sqrt(P_SS)`. */
  #follow(place: number, pivot: number): void {
    const { y, z, rows } = this.#matrices;
    const pending = this.#pending;
    const root = Math.sqrt(pivot);
    const half = this.#gram.data[place]! / pivot / 2;
    const [cross, gram, gone, norms] = [this.#cross.data, this.#gram.data, this.#gone.data, this.#norms.data];
    for (let row = 0; row < rows; row++) z.data[panelIndex(z, row, pending)] = gone[row]! / root;
    for (let i = 0; i < this.#columns.length; i++) {
      const at = panelIndex(y, i, pending);
      const own = this.#there[i] === 1 ? cross[i]! / root : 0;
      const h = own === 0 ? 0 : gram[i]! / root - half * own;
      y.data[at] = own;
      this.#h.data[at] = h;
      if (own === 0) continue;
      this.#diagonal[i] = this.#diagonal[i]! - own * own;
      norms[i] = Math.max(0, norms[i]! - 2 * own * h);
      this.#score(i);
    }
  }

  /** Carries out what waits; the last columns take the places of those that are gone. */
  #flush(): void {
    const count = this.#there.reduce((sum, there) => sum + there, 0);
    if (count === this.#columns.length) return;
    const moves: Move[] = [];
    let from = count;
    for (let to = 0; to < count; to++) {
      if (this.#there[to] === 1) continue;
      while (this.#there[from] === 0) from++;
      this.#columns[to] = this.#columns[from]!;
      moves.push({ from: from++, to });
    }
    this.#matrices.update(moves, count, this.#pending);
    this.#columns = this.#columns.slice(0, count);
    this.#there = new Uint8Array(count).fill(1);
    this.#pending = 0;
    this.#grams.clear();
    this.#measure();
  }
}
