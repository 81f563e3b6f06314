import { Scope } from '../base/scope.ts';
import type { StartPoint, Teacher, Transformer } from '../model/transformer.ts';
import type { ModelWeights, TokenBatch } from '../model/weights.ts';
import type { Tensor } from '../runtime/runtime.ts';

/** Bytes of the dense model's probabilities that a set may keep while candidates are compared with them. */
export const teacherBudget = 96 << 20;

/** Sequences of a batch whose probabilities fit in memory together; may be 0. */
export const sequencesWithTeacher = (length: number, vocabulary: number): number =>
  Math.floor(teacherBudget / (length * vocabulary * Float32Array.BYTES_PER_ELEMENT));

interface Part {
  readonly batch: TokenBatch;
  /** Final hidden states of the dense model `[T, d]`. */
  readonly hidden: Tensor;
  /** Its probabilities, where those of the whole set fit in memory. */
  readonly teacher: Teacher | null;
}

/**
 * Sequences with what the dense model says of them: the yardstick that all candidates of a stage share.
 * Keeps the dense model's hidden states, and its probabilities over the vocabulary where they fit in memory.
 */
export class MeasuringSet implements AsyncDisposable {
  private readonly transformer: Transformer;
  private readonly dense: ModelWeights;
  private readonly parts: readonly Part[];
  private readonly scope: Scope;

  private constructor(transformer: Transformer, dense: ModelWeights, parts: readonly Part[], scope: Scope) {
    this.transformer = transformer;
    this.dense = dense;
    this.parts = parts;
    this.scope = scope;
  }

  /**
   * Runs the dense model over the batches, or takes its final hidden states `[T, d]` from `hiddenOf`. The caller frees the
   * set; the weights are borrowed.
   */
  static async create(
    transformer: Transformer,
    dense: ModelWeights,
    batches: readonly TokenBatch[],
    hiddenOf: (index: number, batch: TokenBatch) => Promise<Tensor> = (_, batch) => transformer.hidden(dense, batch),
  ): Promise<MeasuringSet> {
    const scope = new Scope();
    const tokens = batches.reduce((sum, { ids }) => sum + ids.length, 0);
    const keep = tokens * dense.spec.vocabulary * Float32Array.BYTES_PER_ELEMENT <= teacherBudget;
    const parts: Part[] = [];
    try {
      for (const [index, batch] of batches.entries()) {
        const hidden = scope.own(await hiddenOf(index, batch));
        parts.push({ batch, hidden, teacher: keep ? scope.own(await transformer.teacher(dense, hidden)) : null });
      }
    } catch (error) {
      await scope[Symbol.asyncDispose]();
      throw error;
    }
    return new MeasuringSet(transformer, dense, parts, scope);
  }

  get batches(): readonly TokenBatch[] {
    return this.parts.map(({ batch }) => batch);
  }

  /** Where a model may start on a batch: the dense model's own final hidden states are there already. */
  startFor(weights: ModelWeights, index: number): StartPoint | undefined {
    return weights === this.dense ? { index: weights.modules.length, hidden: this.part(index).hidden } : undefined;
  }

  /**
   * The dense model's probabilities of a batch, for the caller to dispose of: those that are kept, or made for the occasion, all
   * of the batch where they fit in memory, else a chunk of tokens at a time whenever they are used.
   */
  async teacherOf(index: number): Promise<Teacher> {
    const { batch, hidden, teacher } = this.part(index);
    if (teacher) return { chunks: () => teacher.chunks(), [Symbol.dispose]: () => undefined };
    const fits = batch.sequences <= sequencesWithTeacher(batch.length, this.dense.spec.vocabulary);
    return fits ? await this.transformer.teacher(this.dense, hidden) : this.transformer.passingTeacher(this.dense, hidden);
  }

  private part(index: number): Part {
    const part = this.parts[index];
    if (part === undefined) throw new RangeError(`no batch ${index}`);
    return part;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.scope[Symbol.asyncDispose]();
  }
}
