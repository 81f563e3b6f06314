import { readFloats, type Runtime, type Tensor } from '../runtime/runtime.ts';
import { FusedHead } from './fused-head.ts';
import type { HeadWork, LossTargets, Measurement, TokenSums, TrainingScope } from './head-work.ts';
import type { RunProgram } from './programs.ts';
import { rowRanges, widestTile } from './table.ts';
import type { RowRange } from './table.ts';
import { KeptTeacher, PassingTeacher } from './teacher.ts';
import type { Teacher, TeacherChunk } from './teacher.ts';
import { TiledHead } from './tiled-head.ts';
import type { ModelWeights } from './weights.ts';

/**
 * Final norm and head of a model, for as many tokens at a time as the budget for logits allows. Chooses between the fused
 * programs, for a head in one tile, and the tiled ones.
 */
export class Head {
  readonly #runtime: Runtime;
  readonly #logitsBytes: number;
  readonly #maxBindingBytes: number;
  readonly #fused: HeadWork;
  readonly #tiled: HeadWork;

  constructor(runtime: Runtime, run: RunProgram, logitsBytes: number) {
    this.#runtime = runtime;
    this.#logitsBytes = logitsBytes;
    this.#maxBindingBytes = runtime.info.maxBindingBytes;
    this.#fused = new FusedHead(runtime, run);
    this.#tiled = new TiledHead(runtime, run, (weights) => this.#rowsAtOnce(weights));
  }

  async logits(weights: ModelWeights, hidden: Tensor, { start, end }: RowRange): Promise<Float32Array> {
    const rows = this.#rowsAtOnce(weights);
    if (end - start <= rows) return this.#of(weights).logits(weights, hidden, { start, end });
    const { vocabulary } = weights.spec;
    const joined = new Float32Array((end - start) * vocabulary);
    for (const chunk of rowRanges(end - start, rows)) {
      const part = await this.#of(weights).logits(weights, hidden, { start: start + chunk.start, end: start + chunk.end });
      joined.set(part, chunk.start * vocabulary);
    }
    return joined;
  }

  teacher(weights: ModelWeights, hidden: Tensor): Promise<Teacher> {
    return KeptTeacher.of(this.#teacherChunks(weights, hidden));
  }

  passingTeacher(weights: ModelWeights, hidden: Tensor): Teacher {
    return new PassingTeacher(() => this.#teacherChunks(weights, hidden));
  }

  async kl(teacher: Teacher, weights: ModelWeights, hidden: Tensor): Promise<Float32Array> {
    const all = new Float32Array(rowsOf(hidden));
    for await (const chunk of teacher.chunks()) {
      using kl = await this.#of(weights).kl(chunk, weights, hidden);
      all.set(await readFloats(this.#runtime, kl), chunk.start);
    }
    return all;
  }

  async addKl(teacher: Teacher, weights: ModelWeights, hidden: Tensor, { table, places }: TokenSums): Promise<void> {
    for await (const chunk of teacher.chunks()) {
      using kl = await this.#of(weights).kl(chunk, weights, hidden);
      await this.#runtime.scatterAddRows(table, places.slice(chunk.start, chunk.end), kl);
    }
  }

  async addNll(weights: ModelWeights, hidden: Tensor, targets: Int32Array, { table, places }: TokenSums): Promise<void> {
    for (const range of rowRanges(rowsOf(hidden), this.#rowsAtOnce(weights))) {
      using nll = await this.#of(weights).nll(range, weights, hidden, targets.slice(range.start, range.end));
      await this.#runtime.scatterAddRows(table, places.slice(range.start, range.end), nll);
    }
  }

  async measure(teacher: Teacher, weights: ModelWeights, hidden: Tensor, targets: Int32Array): Promise<Measurement> {
    const tokens = rowsOf(hidden);
    const measured = {
      kl: new Float32Array(tokens),
      nll: new Float32Array(tokens),
      top: new Int32Array(tokens),
      teacherTop: new Int32Array(tokens),
    };
    for await (const chunk of teacher.chunks()) {
      const part = await this.#of(weights).measure(chunk, weights, hidden, targets.subarray(chunk.start, chunk.end));
      for (const name of ['kl', 'nll', 'top', 'teacherTop'] as const) measured[name].set(part[name], chunk.start);
    }
    return measured;
  }

  /** As {@link HeadWork.loss}. The fused program takes all tokens at once, so it is for those whose logits fit the budget. */
  loss(
    weights: ModelWeights,
    hidden: Tensor,
    targets: LossTargets,
    scope: Required<TrainingScope>,
    gradients: Map<string, Tensor>,
  ): Promise<{ loss: Tensor; dx: Tensor }> {
    const work = targets.targets.length <= this.#rowsAtOnce(weights) ? this.#of(weights) : this.#tiled;
    return work.loss(weights, hidden, targets, scope, gradients);
  }

  #of({ head }: ModelWeights): HeadWork {
    return head.length === 1 ? this.#fused : this.#tiled;
  }

  async *#teacherChunks(weights: ModelWeights, hidden: Tensor): AsyncGenerator<TeacherChunk, void> {
    for (const range of rowRanges(rowsOf(hidden), this.#rowsAtOnce(weights))) yield await this.#of(weights).teacher(weights, hidden, range);
  }

  /** Tokens whose logits over the whole vocabulary fit the budget, and those of one tile a binding. */
  #rowsAtOnce({ spec, head }: ModelWeights): number {
    const rows = Math.min(this.#logitsBytes / (spec.vocabulary * 4), this.#maxBindingBytes / (widestTile(head) * 4));
    return Math.max(1, Math.floor(rows));
  }
}

function rowsOf(hidden: Tensor): number {
  return hidden.shape[0] ?? 0;
}
