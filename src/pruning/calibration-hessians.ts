import { outputColumns } from '../model/spec.ts';
import type { ModelSpec, ModuleId } from '../model/spec.ts';
import type { HessianAccumulator } from './hessian.ts';
import type { HessianNotFiniteError } from './pruning-errors.ts';
import { moduleName } from './prune-module.ts';
import type { Piece, SpillStore } from './spill-store.ts';

/** The Hessians of a calibrated model until each is given away, once; put aside as triangles, half the bytes. */
export class CalibrationHessians implements AsyncDisposable {
  readonly #spec: ModelSpec;
  readonly #store: SpillStore;
  readonly #pieces = new Map<string, Piece>();
  readonly #faults = new Map<string, HessianNotFiniteError>();
  readonly #notes: string[] = [];

  /** @param store passes over: it is disposed with this */
  constructor(spec: ModelSpec, store: SpillStore) {
    this.#spec = spec;
    this.#store = store;
  }

  /**
   * Takes over what was added up for a module; the accumulator is spent. Of one with a fault only that is kept: the other modules can be cut
   * all the same. Throws its errors and those of the storage.
   */
  async put(id: ModuleId, accumulator: HessianAccumulator): Promise<void> {
    const { columns, note, fault } = accumulator;
    if (columns !== outputColumns(this.#spec, id)) throw new RangeError(`${columns} columns for ${moduleName(id)}`);
    if (fault !== null) {
      this.#faults.set(key(id), fault);
      return;
    }
    const [piece] = await this.#store.put([packTriangle(accumulator.take(), columns)]);
    if (piece !== undefined) this.#pieces.set(key(id), piece);
    if (note !== null) this.#notes.push(note);
  }

  /** What a user should know about this calibration, by module. */
  notes(): readonly string[] {
    return this.#notes;
  }

  /** `H [columns, columns]` of a module, which passes to the caller: nothing of it is held here. Throws {@link HessianNotFiniteError} where it had a fault. */
  async take(id: ModuleId): Promise<Float64Array<ArrayBuffer>> {
    const fault = this.#faults.get(key(id));
    if (fault) throw fault;
    const piece = this.#pieces.get(key(id));
    if (piece === undefined) throw new RangeError(`no Hessian of ${moduleName(id)}: it is removed, or was taken already`);
    this.#pieces.delete(key(id));
    return unpackTriangle(await this.#store.take(piece), outputColumns(this.#spec, id));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#pieces.clear();
    await this.#store[Symbol.asyncDispose]();
  }
}

const key = ({ layer, kind }: ModuleId): string => `${layer}.${kind}`;

/** Rows of the lower triangle of `[columns, columns]`, the one that the Cholesky factor is made from. */
export function packTriangle(matrix: Float64Array, columns: number): Uint8Array<ArrayBuffer> {
  const packed = new Float64Array((columns * (columns + 1)) / 2);
  for (let row = 0, at = 0; row < columns; at += ++row) packed.set(matrix.subarray(row * columns, row * columns + row + 1), at);
  return new Uint8Array(packed.buffer);
}

/** The symmetric matrix `[columns, columns]` of a packed triangle. */
export function unpackTriangle(bytes: Uint8Array<ArrayBuffer>, columns: number): Float64Array<ArrayBuffer> {
  const aligned = bytes.byteOffset % Float64Array.BYTES_PER_ELEMENT === 0 ? bytes : bytes.slice();
  const packed = new Float64Array(aligned.buffer, aligned.byteOffset, (columns * (columns + 1)) / 2);
  const matrix = new Float64Array(columns * columns);
  for (let row = 0, at = 0; row < columns; at += ++row) {
    matrix.set(packed.subarray(at, at + row + 1), row * columns);
    for (let column = 0; column < row; column++) matrix[column * columns + row] = packed[at + column] ?? 0;
  }
  return matrix;
}
