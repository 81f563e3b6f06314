import { readFloats } from '../runtime/runtime.ts';
import type { Runtime, Tensor } from '../runtime/runtime.ts';
import { backpropagate } from './backpropagate.ts';
import type { LossAndGradients } from './backpropagate.ts';
import { Programs } from './programs.ts';
import type { ProgramName } from './programs.ts';
import { ShapeTensors } from './shape-tensors.ts';
import type { ModelSpec } from './spec.ts';
import { take } from './take.ts';
import { Teacher } from './teacher.ts';
import type { TeacherChunk } from './teacher.ts';
import type { ModelWeights, ModuleWeights, TokenBatch } from './weights.ts';

export { Teacher } from './teacher.ts';

/** Where to go on: the module of this index gets `hidden [tokens, d]` as its input, which stays the caller's. */
export interface StartPoint {
  readonly index: number;
  readonly hidden: Tensor;
}

/** Tokens from `start` to before `end`. */
export interface RowRange {
  readonly start: number;
  readonly end: number;
}

/** Per token, on the host. */
export interface Measurement {
  /** KL(teacher || model), nats. */
  readonly kl: Float32Array;
  /** Cross-entropy of the target, nats. */
  readonly nll: Float32Array;
  /** Most probable token of the model and of the teacher. */
  readonly top: Int32Array;
  readonly teacherTop: Int32Array;
}

export interface TransformerOptions {
  /** Logits of a chunk of tokens take at most this much. Default 64 MiB. */
  readonly logitsBytes?: number;
}

/**
 * A decoder-only transformer as a set of compiled programs, which serve every model of the same width, vocabulary and
 * options, however its layers are pruned: weights are arguments. Tensors returned belong to the caller.
 */
export class Transformer implements AsyncDisposable {
  readonly spec: ModelSpec;
  readonly #runtime: Runtime;
  readonly #programs: Programs;
  readonly #shapes: ShapeTensors;
  /** Tokens whose logits are held at once. */
  readonly #chunkRows: number;

  private constructor(runtime: Runtime, spec: ModelSpec, { logitsBytes = 64 << 20 }: TransformerOptions) {
    this.spec = spec;
    this.#runtime = runtime;
    this.#programs = new Programs(runtime, spec);
    this.#shapes = new ShapeTensors(runtime, spec);
    this.#chunkRows = Math.max(1, Math.floor(Math.min(logitsBytes, runtime.info.maxBindingBytes) / (spec.vocabulary * 4)));
  }

  /** For models that differ from `spec` in the shapes of their layers only. Programs are compiled when they are first used. */
  static async create(runtime: Runtime, spec: ModelSpec, options: TransformerOptions = {}): Promise<Transformer> {
    return new Transformer(runtime, spec, options);
  }

  /** Embeddings `[tokens, d]`. */
  async embed(weights: ModelWeights, { ids }: TokenBatch): Promise<Tensor> {
    using rows = this.#runtime.upload(ids.slice(), [ids.length]);
    return take(await this.#programs.run('embed', { table: weights.embedding, ids: rows }), 'y');
  }

  /** One module with its residual, `[tokens, d]` to `[tokens, d]`. */
  async module(weights: ModuleWeights, x: Tensor, batch: TokenBatch): Promise<Tensor> {
    return take(await this.#programs.run(`${weights.kind}.forward`, this.#moduleFeeds(weights, x, batch)), 'y');
  }

  /** As `module`, with `gram [columns, columns]`: X^T X over the tokens, X the inputs of the output projection. */
  async calibrate(weights: ModuleWeights, x: Tensor, batch: TokenBatch): Promise<{ output: Tensor; gram: Tensor }> {
    const outputs = await this.#programs.run(`${weights.kind}.calibrate`, this.#moduleFeeds(weights, x, batch));
    return { output: take(outputs, 'y'), gram: take(outputs, 'gram') };
  }

  /** Hidden states before the final norm `[tokens, d]`, from the tokens or from the input of a later module. */
  async hidden(weights: ModelWeights, batch: TokenBatch, from?: StartPoint): Promise<Tensor> {
    if (!from) {
      using embedded = await this.embed(weights, batch);
      return await this.hidden(weights, batch, { index: 0, hidden: embedded });
    }
    let x = from.hidden;
    for (const module of weights.modules.slice(from.index)) {
      if (module === null) continue;
      using previous = x === from.hidden ? null : x; // the first input is the caller's
      x = await this.module(module, previous ?? x, batch);
    }
    return x === from.hidden ? this.#runtime.clone(x) : x;
  }

  /**
   * The inputs of all modules in order, and last the final hidden states. The input of a removed module is that of the
   * module after it, the same tensor.
   */
  async moduleInputs(weights: ModelWeights, batch: TokenBatch): Promise<Tensor[]> {
    const inputs = [await this.embed(weights, batch)];
    try {
      for (const module of weights.modules) {
        const x = lastOf(inputs);
        inputs.push(module === null ? x : await this.module(module, x, batch));
      }
    } catch (error) {
      for (const input of inputs) input.dispose();
      throw error;
    }
    return inputs;
  }

  /** Logits of the tokens in a range (default: all) `[tokens, vocabulary]`, all at once. */
  async logits(weights: ModelWeights, hidden: Tensor, range: RowRange = { start: 0, end: rowsOf(hidden) }): Promise<Tensor> {
    return take(await this.#runHead('head.logits', weights, hidden, range), 'logits');
  }

  /** The probabilities that final hidden states `[tokens, d]` stand for: 4 bytes for each token of the vocabulary. */
  async teacher(weights: ModelWeights, hidden: Tensor): Promise<Teacher> {
    const chunks: TeacherChunk[] = [];
    try {
      for (const range of this.#chunks(rowsOf(hidden))) {
        const outputs = await this.#runHead('head.teacher', weights, hidden, range);
        chunks.push({ ...range, probabilities: take(outputs, 'probabilities'), negEntropy: take(outputs, 'negEntropy') });
      }
    } catch (error) {
      new Teacher(chunks)[Symbol.dispose]();
      throw error;
    }
    return new Teacher(chunks);
  }

  /** KL(teacher || model) of every token in nats, over the full vocabulary, from the model's final hidden states. */
  async kl(teacher: Teacher, weights: ModelWeights, hidden: Tensor): Promise<Float32Array> {
    const kl = new Float32Array(rowsOf(hidden));
    for (const chunk of teacher.chunks) {
      const { probabilities, negEntropy } = chunk;
      const outputs = await this.#runHead('head.kl', weights, hidden, chunk, { probabilities, negEntropy });
      using values = take(outputs, 'kl');
      kl.set(await readFloats(this.#runtime, values), chunk.start);
    }
    return kl;
  }

  /** KL, cross-entropy of `targets [tokens]`, and the most probable tokens. */
  async measure(teacher: Teacher, weights: ModelWeights, hidden: Tensor, targets: Int32Array): Promise<Measurement> {
    const tokens = rowsOf(hidden);
    const measured = {
      kl: new Float32Array(tokens),
      nll: new Float32Array(tokens),
      top: new Int32Array(tokens),
      teacherTop: new Int32Array(tokens),
    };
    for (const chunk of teacher.chunks) {
      const { start, end, probabilities, negEntropy } = chunk;
      using rows = this.#runtime.upload(targets.slice(start, end), [end - start]);
      const outputs = await this.#runHead('head.measure', weights, hidden, chunk, { probabilities, negEntropy, targets: rows });
      for (const name of ['kl', 'nll', 'top', 'teacherTop'] as const) {
        using values = take(outputs, name);
        measured[name].set(Array.from(await this.#runtime.read(values), Number), start);
      }
    }
    return measured;
  }

  /**
   * Mean next-token cross-entropy over the predicted positions of a batch, nats, and its gradient for every tensor of
   * `trainableTensors`, by full name. Keeps module inputs only and recomputes the rest.
   */
  lossAndGradients(weights: ModelWeights, batch: TokenBatch): Promise<LossAndGradients> {
    return backpropagate(this, weights, batch, {
      runtime: this.#runtime,
      lossWeights: this.#shapes.lossWeights(batch),
      run: (name, feeds) => this.#programs.run(name, feeds),
      moduleFeeds: (module, x) => this.#moduleFeeds(module, x, batch),
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#shapes[Symbol.dispose]();
    await this.#programs[Symbol.asyncDispose]();
  }

  #moduleFeeds(weights: ModuleWeights, x: Tensor, batch: TokenBatch): Record<string, Tensor> {
    if (weights.kind === 'mlp') return { ...weights.tensors, x };
    return { ...weights.tensors, x, ...this.#shapes.attention(batch), expand: this.#shapes.expand(weights.queryGroups) };
  }

  async #runHead(
    name: ProgramName,
    { finalNorm, head }: ModelWeights,
    hidden: Tensor,
    { start, end }: RowRange,
    more: Readonly<Record<string, Tensor>> = {},
  ): Promise<Record<string, Tensor>> {
    using from = this.#runtime.upload(BigInt64Array.of(BigInt(start)), [1]);
    using to = this.#runtime.upload(BigInt64Array.of(BigInt(end)), [1]);
    return await this.#programs.run(name, { hidden, norm: finalNorm, head, start: from, end: to, ...more });
  }

  *#chunks(tokens: number): Iterable<{ start: number; end: number }> {
    for (let start = 0; start < tokens; start += this.#chunkRows) yield { start, end: Math.min(start + this.#chunkRows, tokens) };
  }
}

function rowsOf(hidden: Tensor): number {
  return hidden.shape[0] ?? 0;
}

function lastOf(inputs: readonly Tensor[]): Tensor {
  const last = inputs.at(-1);
  if (last === undefined) throw new RangeError('no module inputs');
  return last;
}
