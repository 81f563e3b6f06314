import type { SourceFile } from './file-source.ts';
import { bfloat16ToFloat32, float16ToFloat32 } from './half-floats.ts';
import { NonFiniteWeightError, TensorMissingError, UnreadableDtypeError } from './safetensors-errors.ts';
import { readSafetensorsHeader } from './safetensors-header.ts';
import type { SafetensorsHeader, TensorInfo } from './safetensors-header.ts';

/** Element types in memory: F16, BF16 and F32 are Float32Array, the others what their name says. */
export type TensorData =
  | Float32Array<ArrayBuffer>
  | Float64Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | BigInt64Array<ArrayBuffer>;

/** A safetensors file whose header was checked; tensors are read one at a time. */
export interface Safetensors extends SafetensorsHeader {
  /** Values of a tensor, whatever they are. Throws {@link TensorMissingError}, {@link UnreadableDtypeError}. */
  read(name: string): Promise<TensorData>;
  /** Values of a tensor of type F32, F16 or BF16. Throws also {@link NonFiniteWeightError}. */
  readWeights(name: string): Promise<Float32Array<ArrayBuffer>>;
}

/** Throws {@link NonFiniteWeightError} at the first NaN or infinity. */
export function checkFinite(name: string, values: Float32Array): void {
  for (let index = 0; index < values.length; index++) {
    const value = values[index] ?? 0;
    // NaN or 0 only for finite values; cheaper than Number.isFinite.
    if (value - value !== 0) throw new NonFiniteWeightError(name, index, value);
  }
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
  const read = async (tensor: string): Promise<TensorData> => {
    const info = header.tensors.get(tensor);
    if (!info) throw new TensorMissingError(name, tensor);
    return decode(name, info, await file.slice(info.start, info.end));
  };
  const readWeights = async (tensor: string): Promise<Float32Array<ArrayBuffer>> => {
    const values = await read(tensor);
    if (!(values instanceof Float32Array)) {
      throw new UnreadableDtypeError(name, tensor, header.tensors.get(tensor)?.dtype ?? 'unknown');
    }
    checkFinite(tensor, values);
    return values;
  };
  return { ...header, read, readWeights };
}
