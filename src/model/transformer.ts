import type { Runtime, Tensor } from '../runtime/runtime.ts';
import { backpropagate } from './backpropagate.ts';
import type { LossAndGradients } from './backpropagate.ts';
import { Embedding } from './embedding.ts';
import { Head } from './head.ts';
import type { Measurement, TokenSums, TrainingScope } from './head-work.ts';
import type { KvCache } from './kv-cache.ts';
import { Programs } from './programs.ts';
import { FollowingTensors, ShapeTensors } from './shape-tensors.ts';
import type { BatchShape } from './shape-tensors.ts';
import type { ModelSpec } from './spec.ts';
import type { RowRange } from './table.ts';
import { take } from './take.ts';
import type { Teacher } from './teacher.ts';
import type { AttentionWeights, ModelWeights, ModuleWeights, TokenBatch } from './weights.ts';

export type { Measurement } from './head-work.ts';
export type { Teacher } from './teacher.ts';

/** Where to go on: the module of this index gets `hidden [tokens, d]` as its input, which stays the caller's. */
export interface StartPoint {
  readonly index: number;
  readonly hidden: Tensor;
}

/** Length of a sequence from which on attention goes in blocks of queries; measured: docs/performance.md. */
const BLOCKS_FROM = 64;

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
  readonly #embedding: Embedding;
  readonly #head: Head;

  private constructor(runtime: Runtime, spec: ModelSpec, { logitsBytes = 64 << 20 }: TransformerOptions) {
    this.spec = spec;
    this.#runtime = runtime;
    this.#programs = new Programs(runtime, spec);
    this.#shapes = new ShapeTensors(runtime, spec);
    const run = this.#programs.run.bind(this.#programs);
    this.#embedding = new Embedding(runtime, run);
    this.#head = new Head(runtime, run, logitsBytes);
  }

  /** For models that differ from `spec` in the shapes of their layers only. Programs are compiled when they are first used. */
  static async create(runtime: Runtime, spec: ModelSpec, options: TransformerOptions = {}): Promise<Transformer> {
    return new Transformer(runtime, spec, options);
  }

  /** FLOP of all that was computed so far: products with weights, without attention's scores and what is computed twice. */
  get flop(): number {
    return this.#programs.flop;
  }

  /** Embeddings `[tokens, d]`. */
  embed(weights: ModelWeights, { ids }: TokenBatch): Promise<Tensor> {
    return this.#embedding.lookUp(weights.embedding, ids);
  }

  /** One module with its residual, `[tokens, d]` to `[tokens, d]`. */
  async module(weights: ModuleWeights, x: Tensor, batch: BatchShape): Promise<Tensor> {
    return take(await this.#runModule('forward', weights, x, batch), 'y');
  }

  /** As `module`, with `gram [columns, columns]`: X^T X over the tokens, X the inputs of the output projection. */
  async calibrate(weights: ModuleWeights, x: Tensor, batch: TokenBatch): Promise<{ output: Tensor; gram: Tensor }> {
    const outputs = await this.#runModule('calibrate', weights, x, batch);
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
   * Reads tokens that follow on those in the cache, which grows by them; their hidden states before the final norm `[tokens, d]`.
   * A cache of which one token failed has forgotten everything. Beyond the original positions of `dynamic` scaling earlier keys stay turned
   * as they were, as in transformers; otherwise the states are those of the whole sequence at once.
   */
  async extend(weights: ModelWeights, ids: Int32Array, cache: KvCache): Promise<Tensor> {
    using shapes = new FollowingTensors(this.#runtime, this.spec, cache.length, ids.length);
    const batch = { ids, sequences: 1, length: ids.length };
    let x = await this.embed(weights, batch);
    try {
      for (const [index, module] of weights.modules.entries()) {
        if (module === null) continue;
        using previous = x;
        x = module.kind === 'mlp' ? await this.module(module, previous, batch) : await this.#attend(module, index, previous, shapes, cache);
      }
    } catch (error) {
      x.dispose();
      cache[Symbol.dispose]();
      throw error;
    }
    cache.grow(ids.length);
    return x;
  }

  /** Logits of the tokens in a range (default: all) `[tokens, vocabulary]`, on the host, since no device need bind them whole. */
  logits(weights: ModelWeights, hidden: Tensor, range: RowRange = { start: 0, end: hidden.shape[0] ?? 0 }): Promise<Float32Array> {
    return this.#head.logits(weights, hidden, range);
  }

  /** The probabilities that final hidden states `[tokens, d]` stand for: 4 bytes for each token and word of the vocabulary. */
  teacher(weights: ModelWeights, hidden: Tensor): Promise<Teacher> {
    return this.#head.teacher(weights, hidden);
  }

  /** As `teacher`, but made a chunk at a time whenever it is used; borrows weights and hidden states for as long. */
  passingTeacher(weights: ModelWeights, hidden: Tensor): Teacher {
    return this.#head.passingTeacher(weights, hidden);
  }

  /** KL(teacher || model) of every token in nats, over the full vocabulary, from the model's final hidden states. */
  kl(teacher: Teacher, weights: ModelWeights, hidden: Tensor): Promise<Float32Array> {
    return this.#head.kl(teacher, weights, hidden);
  }

  /** As `kl`, but every token's value is added to a sum on the device, and nothing is read back. */
  addKl(teacher: Teacher, weights: ModelWeights, hidden: Tensor, sums: TokenSums): Promise<void> {
    return this.#head.addKl(teacher, weights, hidden, sums);
  }

  /** Cross-entropy of `targets [tokens]` in nats, every token's added to a sum on the device. */
  addNll(weights: ModelWeights, hidden: Tensor, targets: Int32Array, sums: TokenSums): Promise<void> {
    return this.#head.addNll(weights, hidden, targets, sums);
  }

  /** KL, cross-entropy of `targets [tokens]`, and the most probable tokens. */
  measure(teacher: Teacher, weights: ModelWeights, hidden: Tensor, targets: Int32Array): Promise<Measurement> {
    return this.#head.measure(teacher, weights, hidden, targets);
  }

  /**
   * Mean next-token cross-entropy over the predicted positions of a batch `[1, 1]`, nats, which stays on the device, and its
   * gradient for every tensor of `trainableTensors` in the same scope, by name. Keeps module inputs and products, and recomputes the rest.
   */
  lossAndGradients(weights: ModelWeights, batch: TokenBatch, scope: TrainingScope = {}): Promise<LossAndGradients> {
    const machinery = {
      embedding: this.#embedding,
      head: this.#head,
      run: this.#programs.run.bind(this.#programs),
      record: (module: ModuleWeights, x: Tensor) => this.#runModule('record', module, x, batch),
      moduleFeeds: (module: ModuleWeights, x: Tensor) => this.#moduleFeeds(module, x, batch),
    };
    return backpropagate(weights, batch, machinery, scope);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#shapes[Symbol.dispose]();
    await this.#programs[Symbol.asyncDispose]();
  }

  async #attend(weights: AttentionWeights, index: number, x: Tensor, shapes: FollowingTensors, cache: KvCache): Promise<Tensor> {
    const past = cache.of(index);
    const fed = { ...weights.tensors, x, ...shapes.attention(this.#window(weights)), expand: this.#shapes.expand(weights.queryGroups) };
    const outputs = past
      ? await this.#programs.run('attention.next', { ...fed, 'past.keys': past.keys, 'past.values': past.values })
      : await this.#programs.run('attention.first', fed);
    cache.replace(index, { keys: take(outputs, 'keys'), values: take(outputs, 'values') });
    return take(outputs, 'y');
  }

  #window({ layer }: AttentionWeights): number | null {
    return this.spec.windows?.[layer] ?? null;
  }

  /** Attention in blocks of queries where that is faster: on the CPU, from lengths on at which scores cost more than the cuts. */
  #runModule(task: 'forward' | 'calibrate' | 'record', weights: ModuleWeights, x: Tensor, batch: BatchShape): Promise<Record<string, Tensor>> {
    const feeds = this.#moduleFeeds(weights, x, batch);
    const inBlocks = weights.kind === 'attention' && this.#runtime.info.backend === 'wasm' && batch.length >= BLOCKS_FROM;
    if (!inBlocks) return this.#programs.run(`${weights.kind}.${task}`, feeds);
    return this.#programs.run(`attention.${task}-in-blocks`, { ...feeds, bounds: this.#shapes.queryBounds(batch.length) });
  }

  #moduleFeeds(weights: ModuleWeights, x: Tensor, batch: BatchShape): Record<string, Tensor> {
    if (weights.kind === 'mlp') return { ...weights.tensors, x };
    return { ...weights.tensors, x, ...this.#shapes.attention(batch, this.#window(weights)), expand: this.#shapes.expand(weights.queryGroups) };
  }
}
