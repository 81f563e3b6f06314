import { float16ToFloat32, float32ToFloat16, LARGEST_FLOAT16 } from '../sources/half-floats.ts';
import { MemoryStorage } from '../storage/memory-storage.ts';
import type { Storage } from '../storage/storage.ts';
import { LevelWeightRangeError } from './pruning-errors.ts';
import { SpillStore } from './spill-store.ts';
import type { Piece } from './spill-store.ts';

/** Element type in which level weights are kept: float16 takes half the bytes and rounds to the nearest. */
export type LevelPrecision = 'float32' | 'float16';

export interface LevelWeightsOptions {
  /** Takes what is beyond the budget; nothing is asked of it before that. */
  readonly storage: Storage;
  readonly precision: LevelPrecision;
  /** Bytes of weights in memory. */
  readonly memoryBytes: number;
}

/**
 * The updated output projections of a level database: the levels of a module side by side, in memory while they fit a
 * budget, then in a file that goes with this object. Where they lie makes no difference to what is read.
 */
export class LevelWeights implements AsyncDisposable {
  readonly #precision: LevelPrecision;
  readonly #store: SpillStore;
  /** By module, in genome order, and level. */
  readonly #pieces = new Map<number, readonly (Piece | null)[]>();

  constructor({ storage, precision, memoryBytes }: LevelWeightsOptions) {
    this.#precision = precision;
    this.#store = new SpillStore({ name: 'levels', storage, memoryBytes });
  }

  /** Weights that all stay in memory, in float32. */
  static inMemory(): LevelWeights {
    return new LevelWeights({ storage: new MemoryStorage(), precision: 'float32', memoryBytes: Infinity });
  }

  /** Bytes in memory and in the file. */
  get bytes(): number {
    return this.#store.memoryBytes + this.#store.fileBytes;
  }

  /**
   * Keeps the weights of a module's levels, null where a level has none; the arrays pass over. Throws
   * {@link LevelWeightRangeError} for a weight that float16 cannot hold, and the errors of the storage; nothing of the
   * module is kept then.
   *
   * @param module its index in genome order @param name its name in errors
   */
  async put(module: number, name: string, weights: readonly (Float32Array | null)[]): Promise<void> {
    if (this.#pieces.has(module)) throw new RangeError(`the levels of ${name} are there already`);
    const encoded = weights.map((weight) => (weight === null ? null : this.#encode(name, weight)));
    const pieces = await this.#store.put(encoded.filter((bytes) => bytes !== null));
    const next = pieces.values();
    this.#pieces.set(module, encoded.map((bytes) => (bytes === null ? null : (next.next().value ?? null))));
  }

  /** Weight `[d, kept columns]` of a module at a level, a copy; null where it is dense or removed. Throws the errors of the storage. */
  async read(module: number, level: number): Promise<Float32Array<ArrayBuffer> | null> {
    const piece = this.#pieces.get(module)?.[level];
    if (piece === undefined) throw new RangeError(`no level ${level} of module ${module}`);
    return piece === null ? null : this.#decode(await this.#store.read(piece));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#pieces.clear();
    await this.#store[Symbol.asyncDispose]();
  }

  #encode(name: string, weight: Float32Array): Uint8Array<ArrayBuffer> {
    if (this.#precision === 'float32') {
      const { buffer, byteOffset, byteLength } = weight;
      return buffer instanceof ArrayBuffer ? new Uint8Array(buffer, byteOffset, byteLength) : new Uint8Array(weight.slice().buffer);
    }
    for (const value of weight) if (Math.abs(value) > LARGEST_FLOAT16) throw new LevelWeightRangeError(name, value);
    return new Uint8Array(float32ToFloat16(weight).buffer);
  }

  #decode(bytes: Uint8Array<ArrayBuffer>): Float32Array<ArrayBuffer> {
    const whole = bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice();
    return this.#precision === 'float32' ? new Float32Array(whole.buffer) : float16ToFloat32(new Uint16Array(whole.buffer));
  }
}
