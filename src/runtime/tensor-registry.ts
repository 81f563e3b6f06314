import { elementCount } from './host-array.ts';
import type { ElementType, LiveMemory, Tensor } from './runtime.ts';
import { TensorDisposedError, TensorForeignError } from './runtime-errors.ts';

const BYTES_PER_ELEMENT = { float32: 4, float16: 2, int32: 4, int64: 8 } as const satisfies Record<ElementType, number>;

class RegisteredTensor implements Tensor {
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly bytes: number;
  #free: (() => void) | null;

  constructor(type: ElementType, shape: readonly number[], free: (tensor: Tensor) => void) {
    this.type = type;
    this.shape = Object.freeze([...shape]);
    this.bytes = elementCount(shape) * BYTES_PER_ELEMENT[type];
    this.#free = () => free(this);
  }

  get disposed(): boolean {
    return this.#free === null;
  }

  dispose(): void {
    const free = this.#free;
    this.#free = null;
    free?.();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}

/**
 * Every live tensor of one runtime with its storage (an onnxruntime tensor, a GPU buffer).
 * Frees the storage when the tensor's owner does, and counts what lives.
 */
export class TensorRegistry<Storage> {
  readonly #storages = new Map<Tensor, Storage>();
  readonly #release: (storage: Storage) => void;
  #bytes = 0;
  #peakBytes = 0;

  constructor(release: (storage: Storage) => void) {
    this.#release = release;
  }

  /** A new tensor over `storage`, which from here on is freed with it. */
  adopt(type: ElementType, shape: readonly number[], storage: Storage): Tensor {
    const tensor = new RegisteredTensor(type, shape, (freed) => this.#forget(freed));
    this.#storages.set(tensor, storage);
    this.#bytes += tensor.bytes;
    this.#peakBytes = Math.max(this.#peakBytes, this.#bytes);
    return tensor;
  }

  /** The storage of a live tensor; throws {@link TensorDisposedError} or {@link TensorForeignError}. */
  storageOf(tensor: Tensor): Storage {
    const storage = this.#storages.get(tensor);
    if (storage !== undefined) return storage;
    if (tensor.disposed) throw new TensorDisposedError(tensor.shape);
    throw new TensorForeignError(tensor.shape);
  }

  /** Tensors and bytes now, and the most bytes at any time. */
  live(): LiveMemory {
    return { tensors: this.#storages.size, bytes: this.#bytes, peakBytes: this.#peakBytes };
  }

  /** Frees all that still lives. */
  disposeAll(): void {
    for (const tensor of this.#storages.keys()) tensor.dispose();
  }

  #forget(tensor: Tensor): void {
    const storage = this.#storages.get(tensor);
    if (storage === undefined) return;
    this.#storages.delete(tensor);
    this.#bytes -= tensor.bytes;
    this.#release(storage);
  }
}
