import type { TokenSums } from '../model/head-work.ts';
import type { TokenBatch } from '../model/weights.ts';
import { readFloats, type Runtime, type Tensor } from '../runtime/runtime.ts';

/** What is known of a candidate when the stage is read. */
export interface CandidateSums {
  /** Over the predicted positions of each sequence, nats. */
  readonly sequences: Float32Array;
  /** Training loss of the first and the last step, nats a predicted token; 0 where none was kept. */
  readonly losses: readonly [first: number, last: number];
}

/**
 * The numbers of a stage, which stay on the device until all are read at once: for every candidate a sum over the predicted
 * positions of each sequence, and two losses. A sum has as many float32 terms as a sequence has tokens; sums of sequences are
 * added in float64, on the host.
 */
export class StageSums implements Disposable {
  private readonly runtime: Runtime;
  private readonly candidates: number;
  private readonly sequences: number;
  /** `[candidates * (sequences + 2) + 1, 1]`; the last row takes what is not counted. */
  private readonly table: Tensor;

  constructor(runtime: Runtime, candidates: number, sequences: number) {
    this.runtime = runtime;
    this.candidates = candidates;
    this.sequences = sequences;
    this.table = runtime.zeros([candidates * (sequences + 2) + 1, 1]);
  }

  /** Where the tokens of a batch go, whose first sequence is sequence `first` of the stage: the last position of each predicts nothing. */
  of(candidate: number, first: number, { sequences, length }: TokenBatch): TokenSums {
    const begin = candidate * (this.sequences + 2) + first;
    const nowhere = this.candidates * (this.sequences + 2);
    const places = Int32Array.from({ length: sequences * length }, (_, token) =>
      token % length === length - 1 ? nowhere : begin + Math.floor(token / length),
    );
    return { table: this.table, places };
  }

  /** Keeps the loss `[1, 1]` of a candidate's first or last step. Each at most once. */
  async keepLoss(candidate: number, step: 'first' | 'last', loss: Tensor): Promise<void> {
    const place = candidate * (this.sequences + 2) + this.sequences + (step === 'first' ? 0 : 1);
    await this.runtime.scatterAddRows(this.table, Int32Array.of(place), loss);
  }

  /** Everything so far, a candidate each: one readback. */
  async read(): Promise<CandidateSums[]> {
    const values = await readFloats(this.runtime, this.table);
    return Array.from({ length: this.candidates }, (_, candidate) => {
      const start = candidate * (this.sequences + 2);
      const end = start + this.sequences;
      return { sequences: values.slice(start, end), losses: [values[end] ?? Number.NaN, values[end + 1] ?? Number.NaN] };
    });
  }

  [Symbol.dispose](): void {
    this.table.dispose();
  }
}
