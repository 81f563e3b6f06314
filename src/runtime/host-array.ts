import type { ElementType, HostArray } from './runtime.ts';
import { TensorEmptyError, TensorMismatchError } from './runtime-errors.ts';

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
  if (data instanceof Uint16Array) return 'float16';
  return data instanceof Int32Array ? 'int32' : 'int64';
}

/** The bytes of a tensor as an array of its type. */
export function hostArrayOver(bytes: ArrayBuffer, type: ElementType): HostArray {
  if (type === 'float32') return new Float32Array(bytes);
  if (type === 'float16') return new Uint16Array(bytes);
  return type === 'int32' ? new Int32Array(bytes) : new BigInt64Array(bytes);
}

/** Narrows the type of an onnxruntime output; throws {@link TensorMismatchError} for others. */
export function elementType(name: string, type: string): ElementType {
  if (type === 'float32' || type === 'float16' || type === 'int32' || type === 'int64') return type;
  throw new TensorMismatchError(`The output "${name}" is ${type}, which is not computed with here.`);
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

/** Where the JavaScript engine knows float16, onnxruntime gives such an array in place of the bits. */
const isFloat16Array = (data: unknown): data is ArrayBufferView & { readonly length: number } =>
  ArrayBuffer.isView(data) && data.constructor.name === 'Float16Array';

/** Narrows the data of an onnxruntime output; throws {@link TensorMismatchError} for other types. */
export function hostArray(name: string, data: unknown): HostArray {
  if (data instanceof Float32Array || data instanceof Uint16Array || data instanceof Int32Array || data instanceof BigInt64Array) return data;
  if (isFloat16Array(data)) return new Uint16Array(data.buffer, data.byteOffset, data.length);
  throw new TensorMismatchError(`The output "${name}" is of a type that is not computed with here.`);
}

/** Copies the content; both arrays of one type, see {@link checkContent}. */
export function overwrite(target: HostArray, data: HostArray): void {
  if (target instanceof BigInt64Array && data instanceof BigInt64Array) target.set(data);
  else if (!(target instanceof BigInt64Array) && !(data instanceof BigInt64Array)) target.set(data);
}
