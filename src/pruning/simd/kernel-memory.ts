import { KernelMemoryError } from '../pruning-errors.ts';
import { kernelsBinary } from './kernels-binary.ts';
import { bytesOf, DOUBLE, inLines } from './lengths.ts';

/** Doubles in a kernel's memory, with the address that the kernels know them by. */
export interface Block {
  readonly data: Float64Array;
  /** Of the first of them, bytes. */
  readonly address: number;
}

/** The exports of kernels.wat, where what they do is said. */
interface Exports {
  readonly memory: WebAssembly.Memory;
  readonly tiles: (
    ...addressesAndSteps: [c: number, rowStride: number, cStep: number, a: number, aStep: number, b: number, bStep: number, count: number, depth: number]
  ) => void;
  readonly combine: (out: number, b: number, bStep: number, groups: number, x: number, depth: number) => void;
  readonly squares: (out: number, b: number, count: number, depth: number) => void;
}

/** Bytes of a page of WebAssembly memory. */
const PAGE = 65536;

let compiled: WebAssembly.Module | undefined;

function instantiate(): Exports {
  compiled ??= new WebAssembly.Module(Uint8Array.from(atob(kernelsBinary), (character) => character.codePointAt(0) ?? 0));
  return new WebAssembly.Instance(compiled).exports as unknown as Exports;
}

/**
 * The float64 kernels and a memory of their own, of a size that is fixed when it is made: views of it stay valid. It goes
 * with the garbage collector, as any array does.
 */
export class KernelMemory {
  readonly tiles: Exports['tiles'];
  readonly combine: Exports['combine'];
  readonly squares: Exports['squares'];
  readonly #buffer: ArrayBuffer;
  #taken = 0;

  /**
   * @param lengths doubles of every block that will be taken
   * Throws {@link KernelMemoryError} where the memory cannot be had: WebAssembly addresses 4 GiB.
   */
  constructor(lengths: readonly number[]) {
    const bytes = bytesOf(lengths);
    const { memory, tiles, combine, squares } = instantiate();
    try {
      memory.grow(Math.ceil(bytes / PAGE));
    } catch (cause) {
      throw new KernelMemoryError(bytes, { cause });
    }
    this.#buffer = memory.buffer as ArrayBuffer;
    this.tiles = tiles;
    this.combine = combine;
    this.squares = squares;
  }

  /** The next `length` doubles, all 0. Throws RangeError where more is taken than was asked for. */
  take(length: number): Block {
    const address = this.#taken * DOUBLE;
    this.#taken += inLines(length);
    return { data: new Float64Array(this.#buffer, address, length), address };
  }
}
