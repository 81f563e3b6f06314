/** What one part of a row's logits says, one value a row. */
export interface PartOfRows {
  /** Greatest logit of the part. */
  readonly max: ArrayLike<number>;
  /** Greatest probability within the part alone, which is 1 / sum exp(z - max). */
  readonly greatest: ArrayLike<number>;
}

/**
 * log sum exp of rows whose values come in parts, in float64: `m + log sum of exp(m_part - m) / greatest_part`, m the
 * greatest of all (the online softmax of Milakov & Gimelshein, arXiv 1805.02867). No exponential overflows.
 */
export class LogSumExp {
  /** Greatest value of each row so far. */
  readonly max: Float64Array;
  /** sum exp(z - max) of each row so far. */
  readonly #sum: Float64Array;

  constructor(rows: number) {
    this.max = new Float64Array(rows).fill(Number.NEGATIVE_INFINITY);
    this.#sum = new Float64Array(rows);
  }

  add({ max, greatest }: PartOfRows): void {
    for (let row = 0; row < this.max.length; row++) {
      const [before = Number.NaN, sum = Number.NaN, added = Number.NaN, share = Number.NaN] = [this.max[row], this.#sum[row], max[row], greatest[row]];
      const most = added > before ? added : before;
      this.#sum[row] = (sum === 0 ? 0 : sum * Math.exp(before - most)) + Math.exp(added - most) / share;
      this.max[row] = most;
    }
  }

  /** `[rows]`; NaN where a part was NaN. */
  values(): Float64Array {
    return this.#sum.map((sum, row) => (this.max[row] ?? Number.NaN) + Math.log(sum));
  }
}
