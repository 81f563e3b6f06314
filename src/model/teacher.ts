import type { Tensor } from '../runtime/runtime.ts';

/** Probabilities of the tokens from `start` to before `end`. */
export interface TeacherChunk {
  readonly start: number;
  readonly end: number;
  /** `[rows, vocabulary]` */
  readonly probabilities: Tensor;
  /** sum p log p `[rows]` */
  readonly negEntropy: Tensor;
}

/** What a model says of every token of a batch, in chunks; owns its tensors. */
export class Teacher implements Disposable {
  readonly chunks: readonly TeacherChunk[];

  constructor(chunks: readonly TeacherChunk[]) {
    this.chunks = chunks;
  }

  [Symbol.dispose](): void {
    for (const { probabilities, negEntropy } of this.chunks) {
      probabilities.dispose();
      negEntropy.dispose();
    }
  }
}
