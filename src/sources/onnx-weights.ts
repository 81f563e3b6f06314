import { fourBitNames } from '../onnx/four-bit-names.ts';
import type { FileSource, OpenOptions, SourceFile } from './file-source.ts';
import { OnnxFormatError } from './onnx-errors.ts';
import { besidePath, openExternal } from './onnx-external.ts';
import { readOnnxHeader } from './onnx-header.ts';
import type { Initializer, OnnxHeader } from './onnx-header.ts';
import { isFloats, readQ4, readTurned } from './onnx-values.ts';
import type { FloatInitializer } from './onnx-values.ts';
import { blocksOf, BLOCK, Q4_BLOCK_BYTES } from './q4-blocks.ts';
import { quoted } from './quoted.ts';
import { floatBytes, readFloat32 } from './read-float32.ts';
import { TensorMissingError } from './safetensors-errors.ts';
import { rowSize } from './tensor-file.ts';
import type { StoredTensor, TensorFile } from './tensor-file.ts';

/** The matrix that an initializer holds the blocks or the scales of, by their name; null where the name is of another kind. */
function matrixOf(initializer: string, part: 'packed' | 'scales'): string | null {
  const { length } = fourBitNames('')[part];
  const matrix = initializer.slice(0, -length);
  return fourBitNames(matrix)[part] === initializer ? matrix : null;
}

/** An ONNX file of which the header was read. */
export interface OnnxFile extends OnnxHeader {
  readonly source: FileSource;
  readonly path: string;
  readonly file: SourceFile;
}

export interface OnnxWeights extends TensorFile {
  /** Paths of the files that hold weights beside the ONNX file. */
  readonly besides: readonly string[];
}

export interface OnnxLayout {
  /** Initializers that are weights; the rest are constants of the graph. */
  readonly isWeight: (name: string) => boolean;
  /** Matrices that are stored as `[in, out]`, by name and stored shape; they come as `[out, in]`, as in the Hugging Face layout. Those in 4 bits never are. */
  readonly isTurned: (name: string, dims: readonly number[]) => boolean;
  /** Columns of a matrix in 4 bits, whose last block may be padded; undefined where there should be no such matrix. */
  readonly columnsOf: (name: string) => number | undefined;
}

/** A weight, and how its rows are read. */
interface Weight {
  readonly stored: StoredTensor;
  readonly read: (from: number, to: number) => Promise<Float32Array<ArrayBuffer>>;
}

/** Opens an ONNX file by its header. Throws OnnxFormatError and the errors of the source. */
export async function openOnnx(source: FileSource, path: string, options: OpenOptions = {}): Promise<OnnxFile> {
  const file = await source.open(path, options);
  return { source, path, file, ...(await readOnnxHeader(file, path)) };
}

class Weights {
  readonly #onnx: OnnxFile;
  readonly #layout: OnnxLayout;
  readonly #files: ReadonlyMap<string, SourceFile>;

  constructor(onnx: OnnxFile, layout: OnnxLayout, files: ReadonlyMap<string, SourceFile>) {
    this.#onnx = onnx;
    this.#layout = layout;
    this.#files = files;
  }

  all(): Map<string, Weight> {
    const weights = new Map<string, Weight>();
    for (const initializer of this.#onnx.initializers.values()) {
      if (!this.#layout.isWeight(initializer.name) || this.#isScales(initializer.name)) continue;
      const weight = isFloats(initializer) ? this.#floats(initializer) : this.#blocks(initializer);
      if (weight === null) continue;
      if (weights.has(weight.stored.name)) this.#refuse(`it has ${quoted(weight.stored.name)} twice, in 4 bits and not`);
      weights.set(weight.stored.name, weight);
    }
    return weights;
  }

  #floats(initializer: FloatInitializer): Weight {
    const { name, type: dtype, dims, start } = initializer;
    const file = this.#fileOf(initializer);
    if (dims.length === 2 && this.#layout.isTurned(name, dims)) {
      return { stored: { name, dtype, shape: dims.toReversed() }, read: (from, to) => readTurned(file, initializer, from, to) };
    }
    const row = dims.slice(1).reduce((product, size) => product * size, 1);
    const read = (from: number, to: number) => readFloat32(file, { name, dtype, start: start + from * row * floatBytes[dtype], count: (to - from) * row, first: from * row });
    return { stored: { name, dtype, shape: dims }, read };
  }

  /** A matrix in 4 bits; null for other bytes. */
  #blocks(packed: Initializer): Weight | null {
    const name = matrixOf(packed.name, 'packed');
    if (name === null) return null;
    const [rows = 0, blocks = 0, bytes] = packed.dims;
    if (packed.dims.length !== 3 || bytes !== Q4_BLOCK_BYTES) this.#refuse(`${quoted(packed.name)} is [${packed.dims.join(', ')}], which are no blocks of ${BLOCK}`);
    const columns = this.#layout.columnsOf(name) ?? blocks * BLOCK;
    if (blocksOf(columns) !== blocks) this.#refuse(`${quoted(packed.name)} has ${blocks} blocks a row, and ${columns} columns need ${blocksOf(columns)}`);
    const matrix = { packed, scales: this.#scalesOf(name, rows * blocks), columns };
    const files = { packed: this.#fileOf(packed), scales: this.#fileOf(matrix.scales) };
    return { stored: { name, dtype: 'Q4', shape: [rows, columns] }, read: (from, to) => readQ4(files, name, matrix, { from, to }) };
  }

  #scalesOf(name: string, count: number): FloatInitializer {
    const scales = this.#onnx.initializers.get(fourBitNames(name).scales);
    if (!scales || !isFloats(scales)) this.#refuse(`the scales of ${quoted(name)} are missing`);
    const there = scales.dims.reduce((product, size) => product * size, 1);
    if (there !== count) this.#refuse(`${quoted(name)} has ${count} blocks and ${there} scales`);
    return scales;
  }

  /** Whether these are scales that belong to blocks. */
  #isScales(name: string): boolean {
    const matrix = matrixOf(name, 'scales');
    return matrix !== null && this.#onnx.initializers.has(fourBitNames(matrix).packed);
  }

  #fileOf({ name, location }: Initializer): SourceFile {
    const file = location === null ? this.#onnx.file : this.#files.get(location);
    if (!file) this.#refuse(`${quoted(name)} is in a file that holds no weights`);
    return file;
  }

  #refuse(reason: string): never {
    throw new OnnxFormatError(this.#onnx.path, reason);
  }
}

/**
 * The weights of an ONNX file: float32, float16, or matrices in 4 bits as MatMulNBits has them, in the file or in others beside
 * it, which are opened and whose sizes are checked; no weight is read yet. Progress counts on from the ONNX file itself.
 * Throws OnnxFormatError, OnnxDataMissingError, OnnxDataTruncatedError and the errors of the source.
 */
export async function openOnnxWeights(onnx: OnnxFile, layout: OnnxLayout, options: OpenOptions = {}): Promise<OnnxWeights> {
  const { source, path, file, initializers } = onnx;
  const places = [...initializers.values()].filter(({ name }) => layout.isWeight(name));
  const files = await openExternal(source, path, places, { ...options, before: file.size });
  const weights = new Weights(onnx, layout, files).all();
  const find = (name: string): Weight => {
    const weight = weights.get(name);
    if (!weight) throw new TensorMissingError(path, name);
    return weight;
  };
  return {
    besides: [...files.keys()].map((name) => besidePath(path, name)),
    tensors: new Map([...weights].map(([name, { stored }]) => [name, stored])),
    readWeights: async (name) => {
      const { stored, read } = find(name);
      return read(0, stored.shape[0] ?? 1); // a number by itself is one row of one
    },
    readRows: async (name, start, end) => {
      const { stored, read } = find(name);
      rowSize(stored, start, end);
      return read(start, end);
    },
  };
}
