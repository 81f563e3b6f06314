import type { SourceFile } from './file-source.ts';
import { readOnnxHeader } from './onnx-header.ts';
import type { Initializer } from './onnx-header.ts';
import { checkFinite, PIECE, readFloat32 } from './read-float32.ts';
import { TensorMissingError } from './safetensors-errors.ts';
import { rowSize } from './tensor-file.ts';
import type { StoredTensor, TensorFile } from './tensor-file.ts';
import { turnBlock } from './turn-block.ts';

export interface OnnxWeights extends TensorFile {
  readonly metadata: ReadonlyMap<string, string>;
}

export interface OnnxLayout {
  /** Initializers that are weights; the rest are constants of the graph. */
  readonly isWeight: (name: string) => boolean;
  /** Matrices that are stored as `[in, out]`; they come as `[out, in]`, as in the Hugging Face layout. */
  readonly isTurned: (name: string) => boolean;
}

/** Reads that wait for each other: more do not make a medium faster. */
const READS = 64;

const BYTES = Float32Array.BYTES_PER_ELEMENT;

/** Rows `[from, to)` of a matrix that is stored turned, which are columns of what is stored. */
async function readTurned(file: SourceFile, { name, dims, start }: Initializer, from: number, to: number): Promise<Float32Array<ArrayBuffer>> {
  const [storedRows = 0, storedColumns = 0] = dims;
  const width = to - from;
  const result = new Float32Array(width * storedRows);
  if (result.length === 0) return result;
  const whole = width === storedColumns;
  // A block, and the bytes it is read from.
  const fitting = Math.max(1, Math.floor(PIECE / 2 / (BYTES * width)));
  const step = whole ? fitting : Math.min(fitting, READS);
  for (let top = 0; top < storedRows; top += step) {
    const rows = Math.min(step, storedRows - top);
    const block = new Float32Array(rows * width);
    const bytes = new Uint8Array(block.buffer);
    const read = async (row: number, length: number): Promise<void> => {
      const place = start + BYTES * ((top + row) * storedColumns + from);
      bytes.set(await file.slice(place, place + BYTES * length), BYTES * row * width);
    };
    await (whole ? read(0, block.length) : Promise.all(Array.from({ length: rows }, (_, row) => read(row, width))));
    turnBlock(block, width, result, storedRows, top);
  }
  checkFinite(name, result, from * storedRows);
  return result;
}

/** The weights of an ONNX file, of which only the header was read. Throws OnnxFormatError; `name` appears in errors. */
export async function openOnnxWeights(file: SourceFile, name: string, { isWeight, isTurned }: OnnxLayout): Promise<OnnxWeights> {
  const { metadata, initializers } = await readOnnxHeader(file, name);
  const turned = ({ name: tensor, dims }: Initializer): boolean => dims.length === 2 && isTurned(tensor);
  const weights = [...initializers.values()].filter((initializer) => isWeight(initializer.name));
  const tensors = new Map<string, StoredTensor>(
    weights.map((initializer) => [
      initializer.name,
      { name: initializer.name, dtype: 'F32', shape: turned(initializer) ? initializer.dims.toReversed() : initializer.dims },
    ]),
  );
  const find = (tensor: string): { stored: StoredTensor; initializer: Initializer } => {
    const stored = tensors.get(tensor);
    const initializer = initializers.get(tensor);
    if (!stored || !initializer) throw new TensorMissingError(name, tensor);
    return { stored, initializer };
  };
  const readRows = async (tensor: string, start: number, end: number): Promise<Float32Array<ArrayBuffer>> => {
    const { stored, initializer } = find(tensor);
    const row = rowSize(stored, start, end);
    if (turned(initializer)) return readTurned(file, initializer, start, end);
    return readFloat32(file, { name: tensor, dtype: 'F32', start: initializer.start + BYTES * start * row, count: (end - start) * row, first: start * row });
  };
  return {
    metadata,
    tensors,
    readRows,
    readWeights: async (tensor) => {
      const { stored, initializer } = find(tensor);
      const [rows] = stored.shape;
      if (rows !== undefined) return readRows(tensor, 0, rows);
      return readFloat32(file, { name: tensor, dtype: 'F32', start: initializer.start, count: 1 });
    },
  };
}
