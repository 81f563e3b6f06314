import type { TokenBatch } from '../model/weights.ts';
import type { Safetensors, TensorData } from '../sources/safetensors.ts';
import { GoldenMalformedError } from './golden-errors.ts';
import type { Numbers } from './difference.ts';

/** The tensors of golden.safetensors. Remembers which were asked for: one that no check looks at must not pass unnoticed. */
export class GoldenTensors {
  readonly #folder: string;
  readonly #file: Safetensors;
  readonly #unread: Set<string>;

  /** @param folder its name in errors */
  constructor(folder: string, file: Safetensors) {
    this.#folder = folder;
    this.#file = file;
    this.#unread = new Set(file.tensors.keys());
  }

  has(name: string): boolean {
    return this.#file.tensors.has(name);
  }

  /** All names. */
  get names(): readonly string[] {
    return [...this.#file.tensors.keys()];
  }

  /** Names that no check has read so far. */
  get unread(): readonly string[] {
    return [...this.#unread];
  }

  /** What follows `prefix` in the names that begin with it. */
  below(prefix: string): string[] {
    return this.names.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
  }

  /** Values and shape of a float32, float64 or int32 tensor. Throws {@link GoldenMalformedError} or what the file throws. */
  async numbers(name: string): Promise<Numbers> {
    const values = await this.#read(name);
    if (values instanceof BigInt64Array) throw new GoldenMalformedError(this.#folder, `the tensor ${name} holds 64-bit integers`);
    return { values, shape: this.#shape(name) };
  }

  /** A float32 tensor. Throws as {@link numbers}. */
  async floats(name: string): Promise<Float32Array<ArrayBuffer>> {
    const values = await this.#read(name);
    if (!(values instanceof Float32Array)) throw new GoldenMalformedError(this.#folder, `the tensor ${name} is not float32`);
    return values;
  }

  /** A square float64 matrix of `columns` columns. Throws as {@link numbers}. */
  async matrix(name: string, columns: number): Promise<Float64Array<ArrayBuffer>> {
    const values = await this.#read(name);
    if (!(values instanceof Float64Array) || this.#shape(name).join() !== [columns, columns].join()) {
      throw new GoldenMalformedError(this.#folder, `the tensor ${name} is not a float64 matrix [${columns}, ${columns}]`);
    }
    return values;
  }

  /** Token ids `[..., sequences, length]`, each of them below `vocabulary`; one batch for each index of the leading axis of three. */
  async batches(name: string, vocabulary: number): Promise<TokenBatch[]> {
    const [values, shape] = [await this.#read(name), this.#shape(name)];
    const [length = 0, sequences = 0, steps = 1, ...more] = [...shape].reverse();
    const valid = values instanceof Int32Array && values.every((id) => id >= 0 && id < vocabulary);
    if (!valid || more.length > 0 || length < 2 || sequences < 1 || steps < 1) {
      throw new GoldenMalformedError(this.#folder, `the tensor ${name} does not hold int32 token ids of sequences below ${vocabulary}`);
    }
    const size = sequences * length;
    return Array.from({ length: steps }, (_, step) => ({ ids: values.slice(step * size, (step + 1) * size), sequences, length }));
  }

  async #read(name: string): Promise<TensorData> {
    const values = await this.#file.read(name);
    this.#unread.delete(name);
    return values;
  }

  #shape(name: string): readonly number[] {
    return this.#file.tensors.get(name)?.shape ?? [];
  }
}
