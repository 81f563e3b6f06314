import { toBatch } from '../model/token-batches.ts';
import type { Transformer } from '../model/transformer.ts';
import type { ModelWeights, TokenBatch } from '../model/weights.ts';
import type { Runtime, Tensor } from '../runtime/runtime.ts';

/**
 * The dense model's final hidden states of a pool's sequences, kept on the device: generations draw from one pool, so after a
 * while most of what they draw was drawn before. When the budget is spent no more are kept, since every sequence is as likely
 * to be drawn again as any other.
 *
 * A run that goes on begins with the sequences that it had kept: they have their room and were counted, and are run again when they
 * are first asked for.
 */
export class DenseStates implements Disposable {
  private readonly runtime: Runtime;
  private readonly transformer: Transformer;
  private readonly dense: ModelWeights;
  private readonly pool: TokenBatch;
  private readonly most: number;
  /** `[length, d]` by index of the sequence, in the order in which they were kept; null where it is yet to be run again. */
  private readonly states: Map<number, Tensor | null>;

  /** `known`: sequences that the run had kept before, see {@link DenseStates.known}. */
  constructor(runtime: Runtime, transformer: Transformer, dense: ModelWeights, pool: TokenBatch, budgetBytes: number, known: readonly number[] = []) {
    this.runtime = runtime;
    this.transformer = transformer;
    this.dense = dense;
    this.pool = pool;
    this.most = Math.floor(budgetBytes / (pool.length * dense.spec.hidden * Float32Array.BYTES_PER_ELEMENT));
    this.states = new Map(known.map((index) => [index, null]));
  }

  /** Sequences that are kept, by index into the pool, in the order in which they came. */
  get known(): readonly number[] {
    return [...this.states.keys()];
  }

  /** Hidden states of these sequences side by side `[T, d]`, which the caller frees, and how many tokens had to be run that never were. */
  async hidden(indices: readonly number[]): Promise<{ readonly hidden: Tensor; readonly ran: number }> {
    const { length } = this.pool;
    const all = this.runtime.zeros([indices.length * length, this.dense.spec.hidden]);
    let ran = 0;
    try {
      for (const [place, index] of indices.entries()) {
        const known = this.states.get(index);
        const state = known ?? (await this.transformer.hidden(this.dense, toBatch(this.pool, [index])));
        if (known === undefined) ran += length;
        using _ = known || this.keep(index, state) ? null : state;
        const rows = Int32Array.from({ length }, (_value, row) => place * length + row);
        await this.runtime.scatterAddRows(all, rows, state);
      }
      return { hidden: all, ran };
    } catch (error) {
      all.dispose();
      throw error;
    }
  }

  /** Whether there was room. */
  private keep(index: number, state: Tensor): boolean {
    if (!this.states.has(index) && this.states.size >= this.most) return false;
    this.states.set(index, state);
    return true;
  }

  [Symbol.dispose](): void {
    for (const state of this.states.values()) state?.dispose();
    this.states.clear();
  }
}
