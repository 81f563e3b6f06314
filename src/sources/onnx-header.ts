import type { SourceFile } from './file-source.ts';
import { sourceLimits } from './limits.ts';
import { externalPlace } from './onnx-external.ts';
import { OnnxFormatError } from './onnx-errors.ts';
import { quoted } from './quoted.ts';
import { WireReader } from './wire-reader.ts';
import type { Span } from './wire-reader.ts';

/** Numbers of the fields that are read, see onnx.proto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto). */
const FIELDS = {
  model: { graph: 7, metadata: 14 },
  graph: { initializer: 5 },
  entry: { key: 1, value: 2 },
  tensor: { dims: 1, dataType: 2, name: 8, raw: 9, external: 13, location: 14 },
} as const;

export type InitializerType = 'F32' | 'F16' | 'U8';

/** Bytes of an element of those that are kept. */
const elementBytes: Readonly<Record<InitializerType, number>> = { F32: 4, F16: 2, U8: 1 };

/** TensorProto.DataType of those that are kept. */
const types: ReadonlyMap<number, InitializerType> = new Map([[1, 'F32'], [2, 'U8'], [10, 'F16']]);

/** TensorProto.DataLocation: the values are in another file. */
const EXTERNAL = 1;

/** An initializer whose values lie in the file, or in one beside it. */
export interface Initializer {
  readonly name: string;
  readonly type: InitializerType;
  readonly dims: readonly number[];
  /** Bare name of the file beside the ONNX file that holds the values; null: the ONNX file itself. */
  readonly location: string | null;
  /** Place of its values in that file: bytes `[start, end)`, as many as `dims` need. Whether a file beside has them is not known yet. */
  readonly start: number;
  readonly end: number;
}

export interface OnnxHeader {
  readonly metadata: ReadonlyMap<string, string>;
  /** Those of floats and of bytes; of others (shapes, indices) nothing is kept. */
  readonly initializers: ReadonlyMap<string, Initializer>;
}

/** Fields of a tensor as they stand there. */
interface RawTensor {
  name: string;
  type: number;
  external: boolean;
  raw: Span;
  readonly dims: number[];
  readonly entries: Map<string, string>;
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
      if (field.number === FIELDS.model.metadata) await this.#readEntry(field, this.#metadata, { what: 'its metadata', limit: sourceLimits.onnxMetadata });
      if (field.number !== FIELDS.model.graph) continue;
      if (graph) this.#refuse('it has two graphs');
      graph = field;
      await this.#readGraph(field);
    }
    if (!graph) this.#refuse('it has no graph');
    return { metadata: this.#metadata, initializers: this.#initializers };
  }

  /** A pair of texts, which is added to `entries`. */
  async #readEntry(span: Span, entries: Map<string, string>, { what, limit }: { what: string; limit: number }): Promise<void> {
    let key = '';
    let value = '';
    for await (const field of this.#reader.fields(span)) {
      if (field.kind !== 'bytes') continue;
      if (field.number === FIELDS.entry.key) key = await this.#reader.text(field, sourceLimits.tensorName);
      if (field.number === FIELDS.entry.value) value = await this.#reader.text(field, sourceLimits.onnxValue);
    }
    if (entries.has(key)) this.#refuse(`${what} has ${quoted(key)} twice`);
    if (entries.size === limit) this.#refuse(`${what} has more than ${limit} entries`);
    entries.set(key, value);
  }

  async #readGraph(span: Span): Promise<void> {
    for await (const field of this.#reader.fields(span)) {
      if (field.kind === 'bytes' && field.number === FIELDS.graph.initializer) await this.#readInitializer(field);
    }
  }

  async #readInitializer(span: Span): Promise<void> {
    const tensor: RawTensor = { name: '', type: 0, external: false, raw: { start: span.start, end: span.start }, dims: [], entries: new Map() };
    for await (const field of this.#reader.fields(span)) {
      if (field.kind === 'varint') {
        if (field.number === FIELDS.tensor.dims) tensor.dims.push(field.value);
        if (field.number === FIELDS.tensor.dataType) tensor.type = field.value;
        if (field.number === FIELDS.tensor.location) tensor.external = field.value === EXTERNAL;
      } else if (field.kind === 'bytes') await this.#readTensorField(tensor, field.number, field);
      if (tensor.dims.length > sourceLimits.dimensions) this.#refuse(`a tensor has more than ${sourceLimits.dimensions} dimensions`);
    }
    const { name } = tensor;
    if (this.#names.has(name)) this.#refuse(`it has two tensors ${quoted(name)}`);
    if (this.#names.size === sourceLimits.tensors) this.#refuse(`it has more than ${sourceLimits.tensors} tensors`);
    this.#names.add(name);
    const type = types.get(tensor.type);
    if (type !== undefined) this.#initializers.set(name, this.#checked(tensor, type));
  }

  async #readTensorField(tensor: RawTensor, number: number, span: Span): Promise<void> {
    if (number === FIELDS.tensor.dims) tensor.dims.push(...(await this.#reader.packed(span, sourceLimits.dimensions)));
    if (number === FIELDS.tensor.name) tensor.name = await this.#reader.text(span, sourceLimits.tensorName);
    if (number === FIELDS.tensor.raw) tensor.raw = span;
    if (number === FIELDS.tensor.external) await this.#readEntry(span, tensor.entries, { what: 'the place of a tensor', limit: sourceLimits.onnxPlace });
  }

  #checked({ name, dims, raw, external, entries }: RawTensor, type: InitializerType): Initializer {
    const needed = dims.reduce((product, size) => product * size, elementBytes[type]);
    const spanned = dims.reduce((product, size) => product * (size || 1), elementBytes[type]);
    if (!Number.isSafeInteger(spanned) || !dims.every((size) => Number.isSafeInteger(size))) {
      this.#refuse(`tensor ${quoted(name)} has the impossible shape [${dims.join(', ')}]`);
    }
    if (external) {
      const place = externalPlace(entries, needed);
      if (typeof place === 'string') this.#refuse(`tensor ${quoted(name)} ${place}`);
      return { name, type, dims, ...place };
    }
    const { start, end } = raw;
    if (end - start !== needed) this.#refuse(`tensor ${quoted(name)} has ${end - start} bytes of raw data, but its shape needs ${needed}`);
    return { name, type, dims, location: null, start, end };
  }

  #refuse(reason: string): never {
    throw new OnnxFormatError(this.#name, reason);
  }
}

/**
 * What an ONNX file says of itself and where its initializers of floats and bytes lie, read by slices; neither nodes nor
 * weights are read. Nothing is believed: lengths must lie inside their message, shapes fit their bytes, names stand once, and
 * files beside are called by their bare names. Values that are not raw data (`float_data`) count as missing.
 * Throws {@link OnnxFormatError}; `name` is the file's name in it.
 */
export async function readOnnxHeader(file: SourceFile, name: string): Promise<OnnxHeader> {
  return new HeaderReader(file, name).read();
}
