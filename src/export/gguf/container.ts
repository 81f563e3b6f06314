import { joinedBytes, presentBytes } from '../../base/lazy-bytes.ts';
import type { LazyBytes } from '../../base/lazy-bytes.ts';

/*
 * The GGUF container, version 3 (ggml/docs/gguf.md): a header with all metadata and all descriptions of tensors, then the
 * tensors' data. Everything is little-endian, lengths are 64 bits.
 */

/** A metadata value, with the type under which it is stored. */
export type GgufValue =
  | { readonly type: 'uint32' | 'float32'; readonly value: number }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'int32[]' | 'float32[]'; readonly value: readonly number[] }
  | { readonly type: 'string[]'; readonly value: readonly string[] };

export type GgufMetadata = ReadonlyMap<string, GgufValue>;

export type GgufTensorType = 'F32' | 'F16' | 'Q8_0';

export interface GgufTensor {
  readonly name: string;
  readonly type: GgufTensorType;
  /** As Hugging Face counts, outermost first: `[out, in]`. */
  readonly shape: readonly number[];
  readonly content: LazyBytes;
}

const MAGIC = 'GGUF';
const VERSION = 3;

/** Every tensor begins at a multiple of this from the start of the data; the format's default. Bytes. */
const ALIGNMENT = 32;

const VALUE_TYPES = { uint32: 4, int32: 5, float32: 6, bool: 7, string: 8, array: 9 } as const;
const TENSOR_TYPES: Readonly<Record<GgufTensorType, number>> = { F32: 0, F16: 1, Q8_0: 8 };

/** Bytes that are put behind one another; the buffer grows by doubling. */
class ByteWriter {
  #bytes = new Uint8Array(1 << 16);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;
  readonly #encoder = new TextEncoder();

  get length(): number {
    return this.#length;
  }

  /** Offset of `count` new bytes. */
  #take(count: number): number {
    const start = this.#length;
    this.#length += count;
    if (this.#length > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(this.#length, 2 * this.#bytes.length));
      grown.set(this.#bytes);
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    return start;
  }

  raw(bytes: Uint8Array): void {
    const start = this.#take(bytes.length);
    this.#bytes.set(bytes, start);
  }

  uint8(value: number): void {
    const start = this.#take(1);
    this.#view.setUint8(start, value);
  }

  uint32(value: number): void {
    const start = this.#take(4);
    this.#view.setUint32(start, value, true);
  }

  int32(value: number): void {
    const start = this.#take(4);
    this.#view.setInt32(start, value, true);
  }

  float32(value: number): void {
    const start = this.#take(4);
    this.#view.setFloat32(start, value, true);
  }

  uint64(value: number): void {
    const start = this.#take(8);
    this.#view.setBigUint64(start, BigInt(value), true);
  }

  string(text: string): void {
    const bytes = this.#encoder.encode(text);
    this.uint64(bytes.length);
    this.raw(bytes);
  }

  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length);
  }
}

function writeValue(writer: ByteWriter, entry: GgufValue): void {
  switch (entry.type) {
    case 'uint32':
    case 'float32':
      writer.uint32(VALUE_TYPES[entry.type]);
      writer[entry.type](entry.value);
      return;
    case 'bool':
      writer.uint32(VALUE_TYPES.bool);
      writer.uint8(entry.value ? 1 : 0);
      return;
    case 'string':
      writer.uint32(VALUE_TYPES.string);
      writer.string(entry.value);
      return;
    case 'string[]':
      writeArrayHead(writer, VALUE_TYPES.string, entry.value.length);
      for (const text of entry.value) writer.string(text);
      return;
    case 'int32[]':
      writeArrayHead(writer, VALUE_TYPES.int32, entry.value.length);
      for (const number of entry.value) writer.int32(number);
      return;
    case 'float32[]':
      writeArrayHead(writer, VALUE_TYPES.float32, entry.value.length);
      for (const number of entry.value) writer.float32(number);
  }
}

function writeArrayHead(writer: ByteWriter, type: number, length: number): void {
  writer.uint32(VALUE_TYPES.array);
  writer.uint32(type);
  writer.uint64(length);
}

/** Bytes up to the next place where a tensor may begin. */
const paddingAfter = (length: number): number => (ALIGNMENT - (length % ALIGNMENT)) % ALIGNMENT;

/** What follows a tensor's data: nothing, or zeros. */
const padding = (length: number): LazyBytes[] => (paddingAfter(length) === 0 ? [] : [presentBytes(new Uint8Array(paddingAfter(length)))]);

function header(metadata: GgufMetadata, tensors: readonly GgufTensor[]): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter();
  writer.raw(new TextEncoder().encode(MAGIC));
  writer.uint32(VERSION);
  writer.uint64(tensors.length);
  writer.uint64(metadata.size);
  for (const [key, value] of metadata) {
    writer.string(key);
    writeValue(writer, value);
  }
  let offset = 0;
  for (const { name, type, shape, content } of tensors) {
    writer.string(name);
    writer.uint32(shape.length);
    for (const side of shape.toReversed()) writer.uint64(side); // innermost first
    writer.uint32(TENSOR_TYPES[type]);
    writer.uint64(offset);
    offset += content.byteLength + paddingAfter(content.byteLength);
  }
  writer.raw(new Uint8Array(paddingAfter(writer.length)));
  return writer.finish();
}

/** A whole GGUF file. The header is made at once, the data of tensors only when it is asked for. */
export function ggufBytes(metadata: GgufMetadata, tensors: readonly GgufTensor[]): LazyBytes {
  const data = tensors.flatMap(({ content }) => [content, ...padding(content.byteLength)]);
  return joinedBytes([presentBytes(header(metadata, tensors)), ...data]);
}
