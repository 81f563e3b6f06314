import { readFloats } from '../runtime/runtime.ts';
import type { Runtime, Tensor } from '../runtime/runtime.ts';
import type { Storage } from '../storage/storage.ts';
import { SpillStore } from './spill-store.ts';
import type { Piece } from './spill-store.ts';

export interface HiddenStatesOptions {
  readonly runtime: Runtime;
  readonly storage: Storage;
  /** Bytes of tensors to keep; what is beyond them goes to the storage. */
  readonly deviceBytes: number;
}

/** The hidden states of a batch between two modules: a tensor, or its bytes put aside. */
type Slot = { readonly tensor: Tensor } | { readonly piece: Piece; readonly shape: readonly number[] };

/**
 * Hidden states of many batches `[tokens, d]`, each taken out, carried through a module and put back. On the device, where
 * they need no copying (on WASM tensors are host arrays anyway), until a budget is spent; then in a file of the storage.
 */
export class HiddenStates implements AsyncDisposable {
  readonly #options: HiddenStatesOptions;
  readonly #aside: SpillStore;
  readonly #slots = new Map<number, Slot>();
  /** Places of batches that were put aside before: the next state goes over the last. */
  readonly #places = new Map<number, Piece>();
  #deviceBytes = 0;

  constructor(options: HiddenStatesOptions) {
    this.#options = options;
    this.#aside = new SpillStore({ name: 'hidden-states', storage: options.storage, memoryBytes: 0 });
  }

  /** Bytes of the tensors held. */
  get deviceBytes(): number {
    return this.#deviceBytes;
  }

  /** Keeps the states of a batch, which pass over; freed where that fails. Throws the errors of the storage. */
  async put(batch: number, tensor: Tensor): Promise<void> {
    if (this.#deviceBytes + tensor.bytes <= this.#options.deviceBytes) {
      this.#deviceBytes += tensor.bytes;
      this.#slots.set(batch, { tensor });
      return;
    }
    using spilled = tensor;
    const values = await readFloats(this.#options.runtime, spilled);
    const piece = await this.#write(batch, Uint8Array.from(new Uint8Array(values.buffer, values.byteOffset, values.byteLength)));
    this.#slots.set(batch, { piece, shape: spilled.shape });
  }

  /** The states of a batch, which pass to the caller. */
  async take(batch: number): Promise<Tensor> {
    const slot = this.#slots.get(batch);
    if (slot === undefined) throw new RangeError(`no hidden states of batch ${batch}`);
    this.#slots.delete(batch);
    if ('tensor' in slot) {
      this.#deviceBytes -= slot.tensor.bytes;
      return slot.tensor;
    }
    const bytes = (await this.#aside.read(slot.piece)).slice(); // aligned
    return this.#options.runtime.upload(new Float32Array(bytes.buffer), slot.shape);
  }

  /** Frees what is left and removes the file. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const slot of this.#slots.values()) if ('tensor' in slot) slot.tensor.dispose();
    this.#slots.clear();
    this.#deviceBytes = 0;
    await this.#aside[Symbol.asyncDispose]();
  }

  async #write(batch: number, bytes: Uint8Array<ArrayBuffer>): Promise<Piece> {
    const known = this.#places.get(batch);
    if (known?.bytes === bytes.length) {
      await this.#aside.replace(known, bytes);
      return known;
    }
    const [piece] = await this.#aside.put([bytes]);
    if (piece === undefined) throw new RangeError('nothing was put aside');
    this.#places.set(batch, piece);
    return piece;
  }
}
