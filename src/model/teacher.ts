import type { Tensor } from '../runtime/runtime.ts';
import type { RowRange } from './table.ts';

/** A model's probabilities of the tokens from `start` to before `end`; owns its tensors. */
export class TeacherChunk implements RowRange, Disposable {
  readonly start: number;
  readonly end: number;
  /** `[rows, words]` for each tile of the head. */
  readonly probabilities: readonly Tensor[];
  /** sum p log p `[rows]` */
  readonly negEntropy: Tensor;

  constructor({ start, end }: RowRange, probabilities: readonly Tensor[], negEntropy: Tensor) {
    this.start = start;
    this.end = end;
    this.probabilities = probabilities;
    this.negEntropy = negEntropy;
  }

  [Symbol.dispose](): void {
    for (const tensor of [...this.probabilities, this.negEntropy]) tensor.dispose();
  }
}

/** What a model says of every token of a batch, in chunks of tokens. */
export interface Teacher extends Disposable {
  /** In order; borrowed, each until the next is asked for. */
  chunks(): AsyncIterable<TeacherChunk>;
}

/** Probabilities that stay on the device: 4 bytes for each token and word of the vocabulary. */
export class KeptTeacher implements Teacher {
  readonly #chunks: readonly TeacherChunk[];

  private constructor(chunks: readonly TeacherChunk[]) {
    this.#chunks = chunks;
  }

  /** Takes over all chunks. Frees them where one fails. */
  static async of(made: AsyncIterable<TeacherChunk>): Promise<KeptTeacher> {
    const chunks: TeacherChunk[] = [];
    try {
      for await (const chunk of made) chunks.push(chunk);
      return new KeptTeacher(chunks);
    } catch (error) {
      new KeptTeacher(chunks)[Symbol.dispose]();
      throw error;
    }
  }

  async *chunks(): AsyncIterable<TeacherChunk> {
    yield* this.#chunks;
  }

  [Symbol.dispose](): void {
    for (const chunk of this.#chunks) chunk[Symbol.dispose]();
  }
}

/** Probabilities made whenever they are asked for and freed behind: never more than a chunk of them at once. */
export class PassingTeacher implements Teacher {
  readonly #make: () => AsyncIterable<TeacherChunk>;

  constructor(make: () => AsyncIterable<TeacherChunk>) {
    this.#make = make;
  }

  async *chunks(): AsyncIterable<TeacherChunk> {
    for await (const made of this.#make()) {
      using chunk = made;
      yield chunk;
    }
  }

  [Symbol.dispose](): void {
    // nothing is kept
  }
}
