import { type Eliminated, type Elimination, type Eliminator, NO_PIVOT } from './elimination.ts';

/** The oracle of the GPU's elimination: every update at once, one pivot after the other, in float32 where it is stored. */
class PlainElimination implements Elimination {
  readonly #n: number;
  readonly #p: Float32Array;
  readonly #w: Float32Array;
  #alive: number[];

  constructor(p: Float32Array, w: Float32Array, n: number) {
    this.#n = n;
    this.#p = Float32Array.from({ length: n * n }, (_, at) => p[Math.min(Math.floor(at / n), at % n) * n + Math.max(Math.floor(at / n), at % n)]!);
    this.#w = w.slice();
    this.#alive = Array.from({ length: n }, (_, index) => index);
  }

  get remaining(): number {
    return this.#alive.length;
  }

  async eliminate(count: number): Promise<Eliminated> {
    const [pivots, ratios] = [new Int32Array(count), new Float32Array(count)];
    for (let step = 0; step < count; step++) {
      const { pivot, ratio } = this.#choose();
      [pivots[step], ratios[step]] = [pivot, ratio];
      this.#alive = this.#alive.filter((index) => index !== pivot);
      if (ratio !== NO_PIVOT) this.#follow(pivot);
    }
    return { pivots, ratios };
  }

  async weight(): Promise<Float32Array> {
    const rows = this.#w.length / this.#n;
    return Float32Array.from({ length: rows * this.remaining }, (_, at) => {
      const row = Math.floor(at / this.remaining);
      return this.#w[row * this.#n + this.#alive[at % this.remaining]!]!;
    });
  }

  async product(x: Float32Array): Promise<Float32Array> {
    return Float32Array.from(this.#alive, (i) => this.#alive.reduce((sum, j, at) => sum + this.#p[i * this.#n + j]! * x[at]!, 0));
  }

  [Symbol.dispose](): void {}

  #choose(): { pivot: number; ratio: number } {
    let [pivot, least] = [-1, Infinity];
    for (const index of this.#alive) {
      const score = Math.max(0, this.#ratio(index));
      if (score < least) [pivot, least] = [index, score];
    }
    return { pivot, ratio: this.#ratio(pivot) };
  }

  #ratio(index: number): number {
    const diagonal = this.#p[index * (this.#n + 1)]!;
    if (!(diagonal > 0)) return NO_PIVOT;
    let square = 0;
    for (let at = index; at < this.#w.length; at += this.#n) square += this.#w[at]! ** 2;
    return Math.fround(square / diagonal);
  }

  #follow(pivot: number): void {
    const [n, p, w] = [this.#n, this.#p, this.#w];
    const own = p.slice(pivot * n, (pivot + 1) * n);
    for (const j of this.#alive) {
      const factor = own[j]! / own[pivot]!;
      for (const i of this.#alive) p[i * n + j] = p[i * n + j]! - own[i]! * factor;
      for (let row = 0; row < w.length; row += n) w[row + j] = w[row + j]! - w[row + pivot]! * factor;
    }
  }
}

/** Eliminates with plain loops; `n^2 (n + rows)` multiplications for all of n. */
export const plainEliminator: Eliminator = async (p, w, n) => new PlainElimination(p, w, n);
