import type { SourceFile } from './file-source.ts';
import { OnnxFormatError } from './onnx-errors.ts';
import { quoted } from './quoted.ts';
import { WireReader } from './wire-reader.ts';
import type { Span } from './wire-reader.ts';

/** Numbers of the fields that are read, see onnx.proto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto). */
const FIELDS = {
  model: { graph: 7, metadata: 14 },
  graph: { initializer: 5 },
  entry: { key: 1, value: 2 },
  tensor: { dims: 1, dataType: 2, name: 8, raw: 9 },
} as const;

/** TensorProto.DataType: float32. */
const FLOAT = 1;

/** Far beyond what is written, and nothing to fear. Bytes, but for the counts. */
const LIMITS = { name: 1 << 10, value: 1 << 21, metadata: 64, dims: 8, initializers: 1 << 15 } as const;

/** A float32 initializer whose values lie in the file. */
export interface Initializer {
  readonly name: string;
  readonly dims: readonly number[];
  /** Place of its values in the file: bytes `[start, end)`, as many as `dims` need. */
  readonly start: number;
  readonly end: number;
}

export interface OnnxHeader {
  readonly metadata: ReadonlyMap<string, string>;
  /** Those of type float32; of others (shapes, indices) nothing is kept. */
  readonly initializers: ReadonlyMap<string, Initializer>;
}

class HeaderReader {
  readonly #name: string;
  readonly #reader: WireReader;
  readonly #metadata = new Map<string, string>();
  readonly #initializers = new Map<string, Initializer>();
  /** Names of all initializers, those of other types too. */
  readonly #names = new Set<string>();

  constructor(file: SourceFile, name: string) {
    this.#name = name;
    this.#reader = new WireReader(file, name);
  }

  async read(): Promise<OnnxHeader> {
    let graph: Span | null = null;
    for await (const field of this.#reader.fields(this.#reader.whole)) {
      if (field.kind !== 'bytes') continue;
      if (field.number === FIELDS.model.metadata) await this.#readMetadata(field);
      if (field.number !== FIELDS.model.graph) continue;
      if (graph) this.#refuse('it has two graphs');
      graph = field;
      await this.#readGraph(field);
    }
    if (!graph) this.#refuse('it has no graph');
    return { metadata: this.#metadata, initializers: this.#initializers };
  }

  async #readMetadata(span: Span): Promise<void> {
    let key = '';
    let value = '';
    for await (const field of this.#reader.fields(span)) {
      if (field.kind !== 'bytes') continue;
      if (field.number === FIELDS.entry.key) key = await this.#reader.text(field, LIMITS.name);
      if (field.number === FIELDS.entry.value) value = await this.#reader.text(field, LIMITS.value);
    }
    if (this.#metadata.has(key)) this.#refuse(`its metadata has ${quoted(key)} twice`);
    if (this.#metadata.size === LIMITS.metadata) this.#refuse(`its metadata has more than ${LIMITS.metadata} entries`);
    this.#metadata.set(key, value);
  }

  async #readGraph(span: Span): Promise<void> {
    for await (const field of this.#reader.fields(span)) {
      if (field.kind === 'bytes' && field.number === FIELDS.graph.initializer) await this.#readInitializer(field);
    }
  }

  async #readInitializer(span: Span): Promise<void> {
    const dims: number[] = [];
    let name = '';
    let type = 0;
    let raw: Span = { start: span.start, end: span.start };
    for await (const field of this.#reader.fields(span)) {
      if (field.kind === 'varint') {
        if (field.number === FIELDS.tensor.dims) dims.push(field.value);
        if (field.number === FIELDS.tensor.dataType) type = field.value;
      } else if (field.kind === 'bytes') {
        if (field.number === FIELDS.tensor.dims) dims.push(...(await this.#reader.packed(field, LIMITS.dims)));
        if (field.number === FIELDS.tensor.name) name = await this.#reader.text(field, LIMITS.name);
        if (field.number === FIELDS.tensor.raw) raw = field;
      }
      if (dims.length > LIMITS.dims) this.#refuse(`a tensor has more than ${LIMITS.dims} dimensions`);
    }
    if (this.#names.has(name)) this.#refuse(`it has two tensors ${quoted(name)}`);
    if (this.#names.size === LIMITS.initializers) this.#refuse(`it has more than ${LIMITS.initializers} tensors`);
    this.#names.add(name);
    if (type === FLOAT) this.#initializers.set(name, this.#checked(name, dims, raw));
  }

  #checked(name: string, dims: readonly number[], { start, end }: Span): Initializer {
    const needed = dims.reduce((product, size) => product * size, Float32Array.BYTES_PER_ELEMENT);
    if (!Number.isSafeInteger(needed) || !dims.every((size) => Number.isSafeInteger(size))) {
      this.#refuse(`tensor ${quoted(name)} has the impossible shape [${dims.join(', ')}]`);
    }
    if (end - start !== needed) this.#refuse(`tensor ${quoted(name)} has ${end - start} bytes of raw data, but its shape needs ${needed}`);
    return { name, dims, start, end };
  }

  #refuse(reason: string): never {
    throw new OnnxFormatError(this.#name, reason);
  }
}

/**
 * What an ONNX file says of itself and where its float32 initializers lie, read by slices; neither nodes nor weights are
 * read. Nothing is believed: lengths must lie inside their message, shapes fit their bytes, names stand once. Values that
 * are not raw data of the file itself (`float_data`, external files) count as missing.
 * Throws {@link OnnxFormatError}; `name` is the file's name in it.
 */
export async function readOnnxHeader(file: SourceFile, name: string): Promise<OnnxHeader> {
  return new HeaderReader(file, name).read();
}
