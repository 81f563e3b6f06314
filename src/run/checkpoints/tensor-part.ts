import { ExplainedError } from '../../base/explained-error.ts';
import { safetensorsHeader } from '../../export/safetensors/safetensors-header.ts';
import type { SourceFile } from '../../sources/file-source.ts';
import { openSafetensors, type Safetensors } from '../../sources/safetensors.ts';
import type { PartStore, StoredPart } from '../../storage/stored-part.ts';

/** A float32 tensor that is to be written. */
export interface PartTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** Called once, when its turn comes. */
  read(): Promise<Float32Array> | Float32Array;
}

/** A part is whole, but does not hold the tensors that the run needs. */
export class TensorPartError extends ExplainedError {
  constructor(part: string, fault: string, options?: ErrorOptions) {
    super(
      {
        what: `The stored weights "${part}" cannot be gone on with: ${fault}.`,
        means: 'Post-training cannot go on from its last save. What is stored was not changed.',
        remedy: 'Start the run again with the same settings and seed, and discard what was saved of this one.',
      },
      options,
    );
  }
}

const bytesIn = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, Float32Array.BYTES_PER_ELEMENT);

/** The values' own bytes, little-endian as every machine that this runs on. */
function bytesOf(values: Float32Array): Uint8Array<ArrayBuffer> {
  const { buffer, byteOffset, byteLength } = values;
  return buffer instanceof ArrayBuffer ? new Uint8Array(buffer, byteOffset, byteLength) : new Uint8Array(Float32Array.from(values).buffer);
}

async function* piecesOf(tensors: readonly PartTensor[]): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  yield safetensorsHeader(tensors.map(({ name, shape }) => ({ name, shape, byteLength: bytesIn(shape) })), 'F32');
  for (const { name, shape, read } of tensors) {
    const bytes = bytesOf(await read());
    if (bytes.length !== bytesIn(shape)) throw new RangeError(`${name} has ${bytes.length} bytes, which do not fill [${shape.join(', ')}]`);
    yield bytes;
  }
}

/** Writes tensors to one part, a safetensors file, exactly; one of them is in memory at a time. Throws the errors of the storage and of reading. */
export const putTensors = (parts: PartStore, stem: string, tensors: readonly PartTensor[]): Promise<StoredPart> => parts.put(stem, piecesOf(tensors));

/** The header, checked by itself. What the store throws passes through. */
async function opened(parts: PartStore, part: StoredPart): Promise<Safetensors> {
  let failure: unknown;
  const file: SourceFile = {
    size: part.bytes,
    slice: async (start, end) => {
      try {
        return await parts.readRange(part, start, end);
      } catch (error) {
        failure = error;
        throw error;
      }
    },
  };
  try {
    return await openSafetensors(file, part.name);
  } catch (error) {
    if (error === failure || !(error instanceof ExplainedError)) throw error;
    throw new TensorPartError(part.name, error.explanation.what.replace(/\.$/, ''), { cause: error });
  }
}

/** Why a part does not hold just these tensors as float32; null where it does. */
function faultOf({ tensors }: Safetensors, shapes: ReadonlyMap<string, readonly number[]>): string | null {
  for (const [name, shape] of shapes) {
    const info = tensors.get(name);
    if (info === undefined) return `${name} is missing`;
    if (info.dtype !== 'F32') return `${name} is ${info.dtype} in place of F32`;
    if (info.shape.join() !== shape.join()) return `${name} is [${info.shape.join(', ')}] in place of [${shape.join(', ')}]`;
  }
  const other = [...tensors.keys()].find((name) => !shapes.has(name));
  return other === undefined ? null : `${other.slice(0, 200)} is not of this model`;
}

/**
 * Reads the tensors of a part one after the other, exactly as they were put. Its names and shapes have to be just those of `shapes`, in any
 * order; that is known before the first tensor comes. Throws {@link TensorPartError}, and what the store throws.
 */
export async function* readTensors(parts: PartStore, part: StoredPart, shapes: ReadonlyMap<string, readonly number[]>): AsyncGenerator<readonly [name: string, values: Float32Array], void> {
  const file = await opened(parts, part);
  const fault = faultOf(file, shapes);
  if (fault !== null) throw new TensorPartError(part.name, fault);
  for (const name of shapes.keys()) {
    const values = await file.read(name);
    if (!(values instanceof Float32Array)) throw new TensorPartError(part.name, `${name} is not float32`);
    yield [name, values];
  }
}
