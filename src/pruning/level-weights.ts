import { float16ToFloat32, float32ToFloat16, LARGEST_FLOAT16 } from '../sources/half-floats.ts';
import { MemoryStorage } from '../storage/memory-storage.ts';
import type { Storage } from '../storage/storage.ts';
import type { PartStore, StoredPart } from '../storage/stored-part.ts';
import type { LevelReader, ModuleLevels } from './level-database.ts';
import type { ModuleForm } from './prune-module.ts';
import { moduleName } from './prune-module.ts';
import { LevelWeightRangeError, StoredModuleError } from './pruning-errors.ts';
import { SpillStore } from './spill-store.ts';
import type { Piece } from './spill-store.ts';
import { checkPieces, headerOf, readHeader } from './stored-module.ts';
import type { StoredModule } from './stored-module.ts';

/** Element type in which level weights are kept: float16 takes half the bytes and rounds to the nearest. */
export type LevelPrecision = 'float32' | 'float16';

export interface LevelWeightsOptions {
  /** Takes what is beyond the budget; nothing is asked of it before that. */
  readonly storage: Storage;
  readonly precision: LevelPrecision;
  /** Bytes of weights in memory. */
  readonly memoryBytes: number;
  /** Where each module is put to outlive this object; what is beyond the budget is read from there. Default: nowhere. */
  readonly parts?: PartStore | null;
}

/** Bytes of a file of the part store. */
interface Range {
  readonly part: StoredPart;
  readonly start: number;
  readonly end: number;
}

/**
 * The updated output projections of a level database: the levels of a module side by side, in memory while they fit a
 * budget, then in a file: that of its part where there is one, else one that goes with this object. Where they lie makes no
 * difference to what is read. Nothing of it is on a device.
 */
export class LevelWeights implements LevelReader, AsyncDisposable {
  readonly #precision: LevelPrecision;
  readonly #store: SpillStore;
  readonly #parts: PartStore | null;
  /** By module, in genome order, and level. */
  readonly #places = new Map<number, readonly (Piece | Range | null)[]>();
  readonly #stored = new Map<number, StoredModule>();
  #bytes = 0;

  constructor({ storage, precision, memoryBytes, parts }: LevelWeightsOptions) {
    this.#precision = precision;
    this.#store = new SpillStore({ name: 'levels', storage, memoryBytes });
    this.#parts = parts ?? null;
  }

  /** Weights that all stay in memory, in float32. */
  static inMemory(): LevelWeights {
    return new LevelWeights({ storage: new MemoryStorage(), precision: 'float32', memoryBytes: Infinity });
  }

  /** Bytes of all weights, wherever they lie; each counted once. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The part of a module; null where it is not there yet, could not be written, or has nowhere to be put. */
  stored(module: number): StoredModule | null {
    return this.#stored.get(module) ?? null;
  }

  /** The part of a module, which is put now where it could not be written before. Throws the errors of the part store. */
  async store(module: number, levels: ModuleLevels): Promise<StoredModule> {
    const known = this.#stored.get(module);
    if (known !== undefined) return known;
    const places = this.#places.get(module) ?? [];
    const encoded = await Promise.all(places.map((place) => (place === null ? null : this.#bytesAt(place))));
    return await this.#putPart(module, levels, encoded);
  }

  /**
   * Keeps the weights of a module's levels, null where a level has none; the arrays pass over. With `levels` they are put into a
   * part too; where that fails the module is kept all the same, see {@link store}. Throws {@link LevelWeightRangeError} for
   * a weight that float16 cannot hold, and the errors of the storage; nothing of the module is kept then.
   *
   * @param module its index in genome order @param name its name in errors
   */
  async put(module: number, name: string, weights: readonly (Float32Array | null)[], levels: ModuleLevels | null = null): Promise<void> {
    if (this.#places.has(module)) throw new RangeError(`the levels of ${name} are there already`);
    const encoded = weights.map((weight) => (weight === null ? null : this.#encode(name, weight)));
    const stored = levels && this.#parts && (await this.#putPart(module, levels, encoded).catch(() => null)); // whoever saves the module tries again, and hears why not
    const whole = encoded.filter((bytes) => bytes !== null);
    const inMemory = this.#store.putInMemory(whole);
    this.#places.set(module, stored && inMemory === null ? rangesOf(stored) : placed(encoded, inMemory ?? (await this.#store.put(whole))));
    this.#bytes += whole.reduce((sum, { length }) => sum + length, 0);
  }

  /**
   * Makes a module of a part readable, and returns its levels; the weights stay where they are. The part's hash is checked when it is
   * first read, which is here. Throws {@link StoredModuleError} for a part that does not fit the model, and the errors of the part store.
   *
   * @param module its index in genome order
   */
  async attach(module: number, form: ModuleForm, stored: StoredModule): Promise<ModuleLevels> {
    const name = moduleName(form.id);
    if (this.#places.has(module)) throw new RangeError(`the levels of ${name} are there already`);
    const { part, headerBytes } = stored;
    if (headerBytes > part.bytes) throw new StoredModuleError(name, `its file has ${part.bytes} bytes`);
    const levels = readHeader(form, await this.#partStore().readRange(part, 0, headerBytes));
    checkPieces(stored, form, levels, this.#precision === 'float32' ? 4 : 2);
    this.#places.set(module, rangesOf(stored));
    this.#stored.set(module, stored);
    this.#bytes += part.bytes - headerBytes;
    return levels;
  }

  async read(module: number, level: number): Promise<Float32Array<ArrayBuffer> | null> {
    const place = this.#places.get(module)?.[level];
    if (place === undefined) throw new RangeError(`no level ${level} of module ${module}`);
    if (place === null) return null;
    return this.#decode(await this.#bytesAt(place));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#places.clear();
    await this.#store[Symbol.asyncDispose]();
  }

  #bytesAt(place: Piece | Range): Promise<Uint8Array<ArrayBuffer>> {
    return 'part' in place ? this.#partStore().readRange(place.part, place.start, place.end) : this.#store.read(place);
  }

  async #putPart(module: number, levels: ModuleLevels, encoded: readonly (Uint8Array<ArrayBuffer> | null)[]): Promise<StoredModule> {
    const header = headerOf(levels);
    const part = await this.#partStore().put(`module-${module}`, [header, ...encoded.filter((bytes) => bytes !== null)]);
    const stored = { part, headerBytes: header.length, pieces: encoded.map((bytes) => bytes?.length ?? null) };
    this.#stored.set(module, stored);
    return stored;
  }

  #partStore(): PartStore {
    if (this.#parts === null) throw new RangeError('these weights have no part store');
    return this.#parts;
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

/** Pieces in the places of the arrays that were kept. */
function placed(encoded: readonly (Uint8Array | null)[], pieces: readonly Piece[]): (Piece | null)[] {
  const next = pieces.values();
  return encoded.map((bytes) => (bytes === null ? null : (next.next().value ?? null)));
}

/** Where the weights of a part lie. */
function rangesOf({ part, headerBytes, pieces }: StoredModule): (Range | null)[] {
  let end = headerBytes;
  return pieces.map((bytes) => {
    if (bytes === null) return null;
    const start = end;
    end += bytes;
    return { part, start, end };
  });
}
