import { toBatch } from '../model/token-batches.ts';
import type { Transformer } from '../model/transformer.ts';
import type { ModelWeights, TokenBatch } from '../model/weights.ts';
import { readFloats, type Runtime, type Tensor } from '../runtime/runtime.ts';

/**
 * The dense model's final hidden states of a pool's sequences, kept in host memory: generations draw from one pool, so
 * after a while most of what they draw was drawn before. The oldest go when the budget is spent.
 */
export class DenseStates {
  private readonly runtime: Runtime;
  private readonly transformer: Transformer;
  private readonly dense: ModelWeights;
  private readonly pool: TokenBatch;
  private readonly most: number;
  /** `[length, d]` by index of the sequence, oldest first. */
  private readonly states = new Map<number, Float32Array>();

  constructor(runtime: Runtime, transformer: Transformer, dense: ModelWeights, pool: TokenBatch, budgetBytes: number) {
    this.runtime = runtime;
    this.transformer = transformer;
    this.dense = dense;
    this.pool = pool;
    this.most = Math.floor(budgetBytes / (pool.length * dense.spec.hidden * Float32Array.BYTES_PER_ELEMENT));
  }

  /** Hidden states of these sequences side by side `[T, d]`, which the caller frees, and how many tokens had to be run. */
  async hidden(indices: readonly number[]): Promise<{ readonly hidden: Tensor; readonly ran: number }> {
    const missing = [...new Set(indices)].filter((index) => !this.states.has(index));
    const made = await this.run(missing);
    const { length } = this.pool;
    const width = this.dense.spec.hidden;
    const all = new Float32Array(indices.length * length * width);
    for (const [place, index] of indices.entries()) {
      const state = made.get(index) ?? this.states.get(index);
      if (state === undefined) throw new RangeError(`no hidden states of sequence ${index}`);
      all.set(state, place * length * width);
    }
    this.keep(made);
    return { hidden: this.runtime.upload(all, [indices.length * length, width]), ran: missing.length * length };
  }

  private async run(indices: readonly number[]): Promise<Map<number, Float32Array>> {
    const made = new Map<number, Float32Array>();
    if (indices.length === 0) return made;
    using hidden = await this.transformer.hidden(this.dense, toBatch(this.pool, indices));
    const values = await readFloats(this.runtime, hidden);
    const size = values.length / indices.length;
    for (const [place, index] of indices.entries()) made.set(index, values.slice(place * size, (place + 1) * size));
    return made;
  }

  private keep(made: ReadonlyMap<number, Float32Array>): void {
    for (const [index, state] of made) this.states.set(index, state);
    for (const index of this.states.keys()) {
      if (this.states.size <= this.most) return;
      this.states.delete(index);
    }
  }
}
