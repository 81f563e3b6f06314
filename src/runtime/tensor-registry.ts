import type { ElementType, HostArray, LiveMemory, Tensor } from './runtime.ts';
import { TensorDisposedError, TensorEmptyError, TensorForeignError, TensorMismatchError } from './runtime-errors.ts';

const BYTES_PER_ELEMENT = { float32: 4, int32: 4, int64: 8 } as const satisfies Record<ElementType, number>;

/** The number of elements of a shape; throws {@link TensorEmptyError} or {@link TensorMismatchError} for shapes no tensor may have. */
export function elementCount(shape: readonly number[]): number {
  if (!shape.every((size) => Number.isSafeInteger(size) && size >= 0)) {
    throw new TensorMismatchError(`[${shape.join(', ')}] is not a shape.`);
  }
  if (shape.includes(0)) throw new TensorEmptyError(shape);
  return shape.reduce((product, size) => product * size, 1);
}

/** The element type of a host array. */
export function elementTypeOf(data: HostArray): ElementType {
  if (data instanceof Float32Array) return 'float32';
  return data instanceof Int32Array ? 'int32' : 'int64';
}

/** Throws {@link TensorMismatchError} unless `data` is what a tensor of this type and shape holds. */
export function checkContent(data: HostArray, type: ElementType, shape: readonly number[]): void {
  const count = elementCount(shape);
  if (data.length !== count || elementTypeOf(data) !== type) {
    throw new TensorMismatchError(
      `${data.length} ${elementTypeOf(data)} values do not fill a ${type} tensor of shape [${shape.join(', ')}].`,
    );
  }
}

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
    for (const tensor of [...this.#storages.keys()]) tensor.dispose();
  }

  #forget(tensor: Tensor): void {
    const storage = this.#storages.get(tensor);
    if (storage === undefined) return;
    this.#storages.delete(tensor);
    this.#bytes -= tensor.bytes;
    this.#release(storage);
  }
}
