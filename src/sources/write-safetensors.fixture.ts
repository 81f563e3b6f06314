export interface TensorContent {
  readonly shape: readonly number[];
  readonly dtype?: string;
  /** Zeros, 4 bytes an element, where none is given. */
  readonly bytes?: Uint8Array;
}

/** A safetensors file of these tensors, in their order. */
export function writeSafetensors(tensors: Iterable<readonly [string, TensorContent]>): Uint8Array<ArrayBuffer> {
  const header: Record<string, object> = {};
  const parts: Uint8Array[] = [];
  let offset = 0;
  for (const [name, { shape, dtype = 'F32', bytes = new Uint8Array(4 * shape.reduce((product, side) => product * side, 1)) }] of tensors) {
    header[name] = { dtype, shape, data_offsets: [offset, offset + bytes.length] };
    parts.push(bytes);
    offset += bytes.length;
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const file = new Uint8Array(8 + text.length + offset);
  new DataView(file.buffer).setBigUint64(0, BigInt(text.length), true);
  file.set(text, 8);
  let position = 8 + text.length;
  for (const part of parts) {
    file.set(part, position);
    position += part.length;
  }
  return file;
}

/** The stored bytes of float32 values. */
export const float32Bytes = (...values: readonly number[]): Uint8Array => new Uint8Array(Float32Array.from(values).buffer);
