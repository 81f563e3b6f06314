import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import type { FileSource } from './file-source.ts';
import { MemorySource } from './memory-source.ts';
import { openOnnx, openOnnxWeights } from './onnx-weights.ts';
import type { OnnxLayout, OnnxWeights } from './onnx-weights.ts';

/** A protobuf message of these fields: bytes, texts or numbers. */
export function message(...fields: readonly (readonly [number, Uint8Array | string | number])[]): Uint8Array<ArrayBuffer> {
  const writer = new BinaryWriter();
  for (const [field, value] of fields) {
    if (typeof value === 'number') writer.tag(field, WireType.Varint).int64(value);
    else if (typeof value === 'string') writer.tag(field, WireType.LengthDelimited).string(value);
    else writer.tag(field, WireType.LengthDelimited).bytes(value);
  }
  return Uint8Array.from(writer.finish());
}

/** `TensorProto.DataType`. */
export const dataTypes = { float32: 1, uint8: 2, float16: 10 } as const;

/** Values in the file itself, or the place of values in another one: entries of `external_data`. */
type Values = ArrayBufferView | Readonly<Record<string, string>>;

/** A TensorProto, its fields by their numbers in onnx.proto. */
export function tensorMessage(name: string, type: keyof typeof dataTypes, dims: readonly number[], values: Values): Uint8Array<ArrayBuffer> {
  const head = [...dims.map((size) => [1, size] as const), [2, dataTypes[type]] as const, [8, name] as const];
  if (ArrayBuffer.isView(values)) return message(...head, [9, new Uint8Array(values.buffer, values.byteOffset, values.byteLength)]);
  const entries = Object.entries(values).map(([key, value]) => [13, message([1, key], [2, value])] as const);
  return message(...head, ...entries, [14, 1]);
}

/** A ModelProto with these initializers and nothing else. */
export const modelMessage = (...initializers: readonly Uint8Array[]): Uint8Array<ArrayBuffer> =>
  message([1, 8], [7, message([2, 'graph'], ...initializers.map((initializer) => [5, initializer] as const))]);

/** Weights are called `model...`, turned ones `..._proj`; matrices in 4 bits have `columns` where that is said, else whole blocks. */
export const onnxLayout = (columns?: number): OnnxLayout => ({
  isWeight: (name) => name.startsWith('model.'),
  isTurned: (name) => name.endsWith('_proj'),
  columnsOf: () => columns,
});

export const sourceOf = (files: Readonly<Record<string, Uint8Array>>): MemorySource => new MemorySource('memory', new Map(Object.entries(files)));

export async function openPath(source: FileSource, path: string, columns?: number): Promise<OnnxWeights> {
  return openOnnxWeights(await openOnnx(source, path), onnxLayout(columns));
}

export const openBytes = (bytes: Uint8Array, columns?: number): Promise<OnnxWeights> => openPath(sourceOf({ 'model.onnx': bytes }), 'model.onnx', columns);
