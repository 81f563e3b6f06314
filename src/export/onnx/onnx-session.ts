import { argmax } from '../../base/argmax.ts';
import { Scope } from '../../base/scope.ts';
import type { TokenBatch } from '../../model/weights.ts';
import { readFloats } from '../../runtime/runtime.ts';
import type { Program, Runtime, Tensor } from '../../runtime/runtime.ts';
import { OnnxSignatureError } from '../export-errors.ts';
import type { OnnxFile } from './onnx-file.ts';
import { onnxSignature } from './onnx-signature.ts';
import type { OnnxSignature } from './onnx-signature.ts';
import { spreadWeights } from './spread-weights.ts';

/** Tensors by the name of an input or output. */
type Tensors = Readonly<Record<string, Tensor>>;

function named(tensors: Tensors, name: string): Tensor {
  const tensor = tensors[name];
  if (tensor === undefined) throw new OnnxSignatureError(`it has no output "${name}"`);
  return tensor;
}

/** Positions `from` to before `to` of every sequence. */
function columns({ ids, sequences, length }: TokenBatch, from: number, to: number): TokenBatch {
  const rows = Array.from({ length: sequences }, (_, row) => ids.subarray(row * length + from, row * length + to));
  return { ids: Int32Array.from(rows.flatMap((row) => [...row])), sequences, length: to - from };
}

/** One sequence after the other. */
function singly({ ids, sequences, length }: TokenBatch): TokenBatch[] {
  return Array.from({ length: sequences }, (_, row) => ({ ids: ids.subarray(row * length, (row + 1) * length), sequences: 1, length }));
}

/**
 * An exported file, opened in a session of its own and driven as its users will do it.
 *
 * No cache is ever empty, since onnxruntime does not survive an empty tensor on WebGPU: it has one position more than was
 * read, which the mask hides. With plain attention that is the first, of zeros. GroupQueryAttention counts the mask's ones
 * from the left, so there it is the last.
 */
export class OnnxSession implements AsyncDisposable {
  readonly signature: OnnxSignature;
  readonly #runtime: Runtime;
  readonly #program: Program;

  private constructor(runtime: Runtime, program: Program, signature: OnnxSignature) {
    this.#runtime = runtime;
    this.#program = program;
    this.signature = signature;
  }

  /** Large files are released once they are open. Throws {@link OnnxSignatureError}, ProgramRefusedError. */
  static async open(runtime: Runtime, file: OnnxFile): Promise<OnnxSession> {
    const signature = onnxSignature(file.model);
    const { model, external = [] } = spreadWeights(file);
    const program = await runtime.compile('the exported file', model, external);
    if (external.length > 0) file.release?.(); // the runtime keeps none of it
    return new OnnxSession(runtime, program, signature);
  }

  /** Logits of all positions `[sequences * length, vocabulary]`, in one pass (with GroupQueryAttention one for each sequence). */
  async logits(batch: TokenBatch): Promise<Float32Array> {
    const parts = this.signature.positionIds ? [batch] : singly(batch);
    const results: Float32Array[] = [];
    for (const part of parts) results.push(await this.#logitsOf(part));
    const [first] = results;
    if (results.length === 1 && first) return first;
    const joined = new Float32Array(results.reduce((sum, { length }) => sum + length, 0));
    results.reduce((offset, values) => (joined.set(values, offset), offset + values.length), 0);
    return joined;
  }

  async #logitsOf(batch: TokenBatch): Promise<Float32Array> {
    await using scope = new Scope();
    const outputs = await this.#run(scope, { batch, past: this.#dummyPast(scope, batch.sequences), start: 0, kept: 0 }, ['logits']);
    return await readFloats(this.#runtime, named(outputs, 'logits'));
  }

  /** Logits of the last position `[vocabulary]` of one sequence, decoded with the cache that the positions before it filled. */
  async decodedLogits(sequence: TokenBatch): Promise<Float32Array> {
    await using scope = new Scope();
    const last = sequence.length - 1;
    const prompt = columns(sequence, 0, last);
    const first = await this.#run(scope, { batch: prompt, past: this.#dummyPast(scope, 1), start: 0, kept: 1 }, ['logits', ...this.#presents()]); // a run has to fetch something
    const past = this.#pastOf(first);
    const outputs = await this.#run(scope, { batch: columns(sequence, last, sequence.length), past, start: last, kept: 1 }, ['logits']);
    return await readFloats(this.#runtime, named(outputs, 'logits'));
  }

  /** The greedy continuation of a prompt, token by token with the cache; the first of equally likely tokens. */
  async *greedy(prompt: readonly number[], count: number): AsyncGenerator<number, void> {
    const fetches = ['logits', ...this.#presents()];
    const began = new Scope();
    let state = { batch: { ids: Int32Array.from(prompt), sequences: 1, length: prompt.length }, past: this.#dummyPast(began, 1), start: 0, kept: 1 };
    let scope = began;
    try {
      for (let made = 0; made < count; made++) {
        const next = new Scope();
        const outputs = await this.#run(next, state, fetches).finally(() => scope[Symbol.asyncDispose]());
        scope = next;
        const token = argmax(await readFloats(this.#runtime, named(outputs, 'logits')));
        const { length } = state.batch;
        state = { batch: { ids: Int32Array.of(token), sequences: 1, length: 1 }, past: this.#pastOf(outputs), start: state.start + length, kept: 1 };
        yield token;
      }
    } finally {
      await scope[Symbol.asyncDispose]();
    }
  }

  #names(): string[] {
    return this.signature.caches.flatMap(({ layer }) => [`${layer}.key`, `${layer}.value`]);
  }

  #presents(): string[] {
    return this.#names().map((name) => `present.${name}`);
  }

  /** The cache after a run, as inputs of the next. */
  #pastOf(outputs: Tensors): Tensors {
    return Object.fromEntries(this.#names().map((name) => [`past_key_values.${name}`, named(outputs, `present.${name}`)]));
  }

  #dummyPast(scope: Scope, sequences: number): Tensors {
    const { caches, cacheType } = this.signature;
    const entries = caches.flatMap(({ layer, kvHeads, headDim }) =>
      ['key', 'value'].map((part) => {
        const zeros = scope.own(this.#runtime.zeros([sequences, kvHeads, 1, headDim], cacheType));
        return [`past_key_values.${layer}.${part}`, zeros] as const;
      }),
    );
    return Object.fromEntries(entries);
  }

  /** Runs tokens whose first has position `start`; `kept`: rows of logits that are wanted, from the last; 0: all. */
  async #run(scope: Scope, { batch, past, start, kept }: Step, fetches: readonly string[]): Promise<Tensors> {
    const { ids, sequences, length } = batch;
    const total = 1 + start + length;
    const upload = (values: BigInt64Array, shape: readonly number[]): Tensor => scope.own(this.#runtime.upload(values, shape));
    const integers = (width: number, at: (index: number) => number): Tensor =>
      upload(BigInt64Array.from({ length: sequences * width }, (_, index) => BigInt(at(index))), [sequences, width]);
    const plain = this.signature.positionIds;
    const hidden = plain ? 0 : total - 1;
    const feeds = {
      ...past,
      input_ids: integers(length, (index) => ids[index] ?? 0),
      attention_mask: integers(total, (index) => (index % total === hidden ? 0 : 1)),
      ...(plain && { position_ids: integers(length, (index) => start + (index % length)) }),
      num_logits_to_keep: upload(BigInt64Array.of(BigInt(kept)), []),
    };
    const outputs = await this.#runtime.run(this.#program, feeds, fetches);
    for (const output of Object.values(outputs)) scope.own(output);
    return outputs;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#program.release();
  }
}

/** One run of the model. */
interface Step {
  readonly batch: TokenBatch;
  readonly past: Tensors;
  readonly start: number;
  readonly kept: number;
}
