import { Scope } from '../base/scope.ts';
import type { TokenBatch } from '../model/weights.ts';
import { readFloats } from '../runtime/runtime.ts';
import type { Program, Runtime, Tensor } from '../runtime/runtime.ts';
import { OnnxSignatureError } from './export-errors.ts';
import { onnxSignature } from './onnx-signature.ts';
import type { OnnxSignature } from './onnx-signature.ts';

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

/** An exported file, opened in a session of its own and driven as its users will do it. */
export class OnnxSession implements AsyncDisposable {
  readonly signature: OnnxSignature;
  readonly #runtime: Runtime;
  readonly #program: Program;

  private constructor(runtime: Runtime, program: Program, signature: OnnxSignature) {
    this.#runtime = runtime;
    this.#program = program;
    this.signature = signature;
  }

  /** Throws {@link OnnxSignatureError}, ProgramRefusedError. */
  static async open(runtime: Runtime, bytes: Uint8Array): Promise<OnnxSession> {
    const signature = onnxSignature(bytes);
    return new OnnxSession(runtime, await runtime.compile('the exported file', bytes), signature);
  }

  /** Logits of all positions `[sequences * length, vocabulary]`, in one pass. */
  async logits(batch: TokenBatch): Promise<Float32Array> {
    await using scope = new Scope();
    const outputs = await this.#run(scope, batch, this.#dummyPast(scope, batch.sequences), 0, ['logits']);
    return await readFloats(this.#runtime, named(outputs, 'logits'));
  }

  /** Logits of the last position `[sequences, vocabulary]`, decoded with the cache that the positions before it filled. */
  async decodedLogits(batch: TokenBatch): Promise<Float32Array> {
    await using scope = new Scope();
    const last = batch.length - 1;
    const past = await this.#prefill(scope, columns(batch, 0, last));
    const outputs = await this.#run(scope, columns(batch, last, batch.length), past, last, ['logits']);
    return await readFloats(this.#runtime, named(outputs, 'logits'));
  }

  /** The cache after these tokens, as inputs of the next run. */
  async #prefill(scope: Scope, prompt: TokenBatch): Promise<Tensors> {
    const names = this.#cacheNames();
    if (names.length === 0) return {};
    const past = this.#dummyPast(scope, prompt.sequences);
    const outputs = await this.#run(scope, prompt, past, 0, names.map((name) => `present.${name}`));
    return Object.fromEntries(names.map((name) => [`past_key_values.${name}`, named(outputs, `present.${name}`)]));
  }

  #cacheNames(): string[] {
    return this.signature.caches.flatMap(({ layer }) => [`${layer}.key`, `${layer}.value`]);
  }

  /**
   * One position of zeros in every cache, which the mask hides: the logits are those of an empty cache (its weight is
   * exactly 0), and no tensor is empty, which onnxruntime does not survive on WebGPU.
   */
  #dummyPast(scope: Scope, sequences: number): Tensors {
    const entries = this.signature.caches.flatMap(({ layer, kvHeads, headDim }) =>
      ['key', 'value'].map((part) => {
        const zeros = scope.own(this.#runtime.zeros([sequences, kvHeads, 1, headDim]));
        return [`past_key_values.${layer}.${part}`, zeros] as const;
      }),
    );
    return Object.fromEntries(entries);
  }

  /** Runs tokens whose first has position `start`: the past holds the dummy and `start` real positions. */
  async #run(scope: Scope, batch: TokenBatch, past: Tensors, start: number, fetches: readonly string[]): Promise<Tensors> {
    const { ids, sequences, length } = batch;
    const total = 1 + start + length;
    const integers = (width: number, at: (index: number) => number): Tensor => {
      const values = BigInt64Array.from({ length: sequences * width }, (_, index) => BigInt(at(index)));
      return scope.own(this.#runtime.upload(values, [sequences, width]));
    };
    const feeds = {
      ...past,
      input_ids: integers(length, (index) => ids[index] ?? 0),
      attention_mask: integers(total, (index) => (index % total === 0 ? 0 : 1)),
      position_ids: integers(length, (index) => start + (index % length)),
    };
    const outputs = await this.#runtime.run(this.#program, feeds, fetches);
    for (const output of Object.values(outputs)) scope.own(output);
    return outputs;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#program.release();
  }
}
