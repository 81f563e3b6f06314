import { dtypeBytes } from './dtypes.ts';
import type { SourceFile } from './file-source.ts';
import { bfloat16ToFloat32, float16ToFloat32 } from './half-floats.ts';
import { isFloatDtype, readFloat32 } from './read-float32.ts';
import { TensorMissingError, UnreadableDtypeError } from './safetensors-errors.ts';
import { readSafetensorsHeader } from './safetensors-header.ts';
import type { SafetensorsHeader, TensorInfo } from './safetensors-header.ts';
import { rowSize } from './tensor-file.ts';
import type { TensorFile } from './tensor-file.ts';

/** Element types in memory: F16, BF16 and F32 are Float32Array, the others what their name says. */
export type TensorData =
  | Float32Array<ArrayBuffer>
  | Float64Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | BigInt64Array<ArrayBuffer>;

/** A safetensors file whose header was checked; tensors are read one at a time. */
export interface Safetensors extends SafetensorsHeader, TensorFile {
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  /** Values of a tensor, whatever they are. Throws {@link TensorMissingError}, {@link UnreadableDtypeError}. */
  read(name: string): Promise<TensorData>;
}

/** The format is little-endian, and so is every machine that runs a browser or Node. */
function decode(file: string, info: TensorInfo, bytes: Uint8Array<ArrayBuffer>): TensorData {
  const buffer = bytes.byteLength === bytes.buffer.byteLength ? bytes.buffer : bytes.slice().buffer;
  switch (info.dtype) {
    case 'F32':
      return new Float32Array(buffer);
    case 'F16':
      return float16ToFloat32(new Uint16Array(buffer));
    case 'BF16':
      return bfloat16ToFloat32(new Uint16Array(buffer));
    case 'F64':
      return new Float64Array(buffer);
    case 'I32':
      return new Int32Array(buffer);
    case 'I64':
      return new BigInt64Array(buffer);
    default:
      throw new UnreadableDtypeError(file, info.name, info.dtype);
  }
}

/** Opens a safetensors file: reads and checks its header, and no tensor yet. `name` appears in errors. */
export async function openSafetensors(file: SourceFile, name: string): Promise<Safetensors> {
  const header = await readSafetensorsHeader(file, name);
  const find = (tensor: string): TensorInfo => {
    const info = header.tensors.get(tensor);
    if (!info) throw new TensorMissingError(name, tensor);
    return info;
  };
  const read = async (tensor: string): Promise<TensorData> => {
    const info = find(tensor);
    return decode(name, info, await file.slice(info.start, info.end));
  };
  /** Elements `[from, to)` of a tensor. */
  const readElements = async ({ name: tensor, dtype, start }: TensorInfo, from: number, to: number) => {
    if (!isFloatDtype(dtype)) throw new UnreadableDtypeError(name, tensor, dtype);
    const bytes = dtypeBytes[dtype];
    return readFloat32(file, { name: tensor, dtype, start: start + from * bytes, count: to - from, first: from });
  };
  return {
    ...header,
    read,
    readWeights: async (tensor) => {
      const info = find(tensor);
      return readElements(info, 0, (info.end - info.start) / dtypeBytes[info.dtype]);
    },
    readRows: async (tensor, start, end) => {
      const info = find(tensor);
      const row = rowSize(info, start, end);
      return readElements(info, start * row, end * row);
    },
  };
}
