import type { BoundBuffer } from '../compute-kernel.ts';
import type { HostArray, Tensor } from '../runtime.ts';
import { TILE } from './add-product.wgsl.ts';
import type { Eliminated, Elimination } from './elimination.ts';
import type { EliminationKernels } from './elimination-kernels.ts';

/** What a GPU runtime lends to an elimination; each call goes through its queue. */
export interface EliminationDevice {
  readonly device: GPUDevice;
  /** Floating point operations of one submission at most. */
  readonly submissionFlop: number;
  upload(data: HostArray, shape: readonly number[]): Tensor;
  zeros(shape: readonly number[]): Tensor;
  bound(tensor: Tensor): BoundBuffer;
  /** Records one pass and submits it. */
  submit(record: (pass: GPUComputePassEncoder) => void): Promise<void>;
  /** Waits until all that was submitted is done. Throws what went wrong in it. */
  finish(): Promise<void>;
  /** The first `length` values of a float32 tensor. */
  readStart(tensor: Tensor, length: number): Promise<Float32Array>;
}

/** Pivots whose updates wait in a panel until they are carried out together. */
const PANEL = 64;
const WORKGROUP = 256;

interface Product {
  readonly into: Tensor;
  readonly a: Tensor;
  readonly b: Tensor;
  readonly out: Tensor;
  /** Rows and columns of `into` and so of what is added; `outColumns` of `out`. */
  readonly rows: number;
  readonly columns: number;
  readonly outColumns: number;
  readonly depth: number;
  /** Row of B that goes with row 0 of A. */
  readonly shift: number;
  readonly square: boolean;
  readonly scale: 1 | -1;
}

/**
 * Elimination on the GPU: beside P it keeps the Gram matrix `G = W^T W` (upper triangles), so that a pivot needs only the row
 * of each, corrected by a panel of updates that wait. After 64 pivots the panel is carried out as three products,
 * which also drop what is gone; the diagonals are then measured afresh, norms from W. The choice stays on the device.
 */
export class GpuElimination implements Elimination {
  readonly #machine: EliminationDevice;
  readonly #kernels: EliminationKernels;
  readonly #rows: number;
  readonly #owned: Tensor[] = [];
  readonly #uniform: BoundBuffer;
  /** `[n, n]` each, in use `[remaining, remaining]`; the third is where the next product goes. */
  #p: Tensor;
  #g: Tensor;
  #spare: Tensor;
  /** `[rows, n]`, in use `[rows, remaining]`, likewise. */
  #w: Tensor;
  #spareW: Tensor;
  readonly #panel: Tensor;
  readonly #z: Tensor;
  readonly #diagonals: Tensor;
  readonly #choice: Tensor;
  readonly #removals: Tensor;
  readonly #place: Tensor;
  /** Index of the start in each slot. */
  #indices: Int32Array;

  private constructor(machine: EliminationDevice, kernels: EliminationKernels, p: Float32Array, w: Float32Array, n: number) {
    this.#machine = machine;
    this.#kernels = kernels;
    this.#rows = w.length / n;
    this.#indices = Int32Array.from({ length: n }, (_, index) => index);
    const zeros = (...shape: number[]) => this.#own(machine.zeros(shape));
    try {
      this.#p = this.#own(machine.upload(p, [n, n]));
      this.#w = this.#own(machine.upload(w, [this.#rows, n]));
      [this.#g, this.#spare, this.#spareW] = [zeros(n, n), zeros(n, n), zeros(this.#rows, n)];
      [this.#panel, this.#z] = [zeros(2 * PANEL, n), zeros(PANEL, this.#rows)];
      [this.#diagonals, this.#choice, this.#removals, this.#place] = [zeros(n, 2), zeros(4), zeros(n, 2), zeros(n)];
    } catch (error) {
      this.#free();
      throw error;
    }
    const usage = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
    this.#uniform = { buffer: machine.device.createBuffer({ label: 'elimination shape', size: 16, usage }), bytes: 16 };
  }

  /** P `[n, n]`, W `[rows, n]`. Throws TensorTooLargeError where the device cannot bind one of them. */
  static async start(machine: EliminationDevice, kernels: EliminationKernels, p: Float32Array, w: Float32Array, n: number): Promise<GpuElimination> {
    const elimination = new GpuElimination(machine, kernels, p, w, n);
    try {
      await elimination.#gram();
    } catch (error) {
      elimination[Symbol.dispose]();
      throw error;
    }
    return elimination;
  }

  get remaining(): number {
    return this.#indices.length;
  }

  async eliminate(count: number): Promise<Eliminated> {
    if (!(count >= 1 && count <= this.remaining)) throw new RangeError(`${count} pivots of ${this.remaining}`);
    const panels: { readonly done: number; readonly count: number }[] = [];
    let left = this.remaining;
    for (let done = 0; done < count; done += PANEL) panels.push({ done, count: Math.min(PANEL, count - done) });
    for (const { done, count: pivots } of panels) {
      await this.#choosePivots(left, done, pivots);
      await this.#carryOut(left, pivots);
      await this.#machine.finish();
      left -= pivots;
    }
    const removals = await this.#machine.readStart(this.#removals, 2 * count);
    return this.#account(removals, panels);
  }

  weight(): Promise<Float32Array> {
    return this.#machine.readStart(this.#w, this.#rows * this.remaining);
  }

  async product(x: Float32Array): Promise<Float32Array> {
    const { device, bound } = this.#machine;
    const n = this.remaining;
    device.queue.writeBuffer(this.#uniform.buffer, 0, Uint32Array.of(n));
    using vector = this.#machine.upload(x, [n]);
    using out = this.#machine.zeros([n]);
    const uniform = { ...this.#uniform, bytes: 4 };
    await this.#machine.submit((pass) => this.#kernels.symmetricProduct.record(pass, uniform, [bound(this.#p), bound(vector), bound(out)], n));
    return await this.#machine.readStart(out, n);
  }

  [Symbol.dispose](): void {
    this.#free();
    this.#uniform.buffer.destroy();
  }

  #free(): void {
    for (const tensor of this.#owned) tensor.dispose();
  }

  #own(tensor: Tensor): Tensor {
    this.#owned.push(tensor);
    return tensor;
  }

  #shape(remaining: number, done: number, count: number): void {
    this.#machine.device.queue.writeBuffer(this.#uniform.buffer, 0, Uint32Array.of(remaining, this.#rows, done, count));
  }

  /** `G = W^T W`. */
  async #gram(): Promise<void> {
    const n = this.remaining;
    this.#shape(n, 0, 0);
    await this.#machine.submit((pass) => this.#renumber(pass, n));
    const w = this.#w;
    await this.#addProduct({ into: this.#spare, a: w, b: w, out: this.#g, rows: n, columns: n, outColumns: n, depth: this.#rows, shift: 0, square: true, scale: 1 });
    await this.#machine.finish();
  }

  /** Fills the panel with the next pivots and finds where what stays goes. */
  async #choosePivots(remaining: number, done: number, count: number): Promise<void> {
    const { measure, choose, follow } = this.#kernels;
    const { bound } = this.#machine;
    const [p, g, w, diagonals, choice] = [this.#p, this.#g, this.#w, this.#diagonals, this.#choice].map(bound) as [BoundBuffer, BoundBuffer, BoundBuffer, BoundBuffer, BoundBuffer];
    this.#shape(remaining, done, count);
    const chosen = choose.bind(this.#uniform, [diagonals, choice, bound(this.#removals)]);
    const followed = follow.bind(this.#uniform, [p, g, w, bound(this.#panel), bound(this.#z), diagonals, choice]);
    const groups = Math.ceil((remaining + this.#rows) / WORKGROUP);
    await this.#machine.submit((pass) => {
      measure.record(pass, this.#uniform, [p, w, diagonals, choice], remaining);
      for (let step = 0; step < count; step++) {
        choose.dispatch(pass, chosen, [1, 1]);
        follow.dispatch(pass, followed, [groups, 1]);
      }
      this.#renumber(pass, remaining);
    });
  }

  #renumber(pass: GPUComputePassEncoder, remaining: number): void {
    const { bound } = this.#machine;
    this.#kernels.renumber.record(pass, this.#uniform, [bound(this.#removals), bound(this.#place)], remaining);
  }

  /** `P -= Y Y^T`, `G -= Y V^T + V Y^T` and `W -= Z Y^T`, without the slots that are gone. */
  async #carryOut(remaining: number, pivots: number): Promise<void> {
    const outColumns = remaining - pivots;
    if (outColumns === 0) return;
    const common = { columns: remaining, outColumns, scale: -1 } as const;
    const square = { ...common, rows: remaining, square: true, a: this.#panel, b: this.#panel };
    await this.#addProduct({ ...square, into: this.#p, out: this.#spare, depth: pivots, shift: 0 });
    await this.#addProduct({ ...square, into: this.#g, out: this.#p, depth: 2 * pivots, shift: pivots });
    [this.#p, this.#g, this.#spare] = [this.#spare, this.#p, this.#g];
    await this.#addProduct({ ...common, rows: this.#rows, square: false, into: this.#w, a: this.#z, b: this.#panel, out: this.#spareW, depth: pivots, shift: 0 });
    [this.#w, this.#spareW] = [this.#spareW, this.#w];
  }

  /** In as many submissions as keep each short. */
  async #addProduct({ into, a, b, out, ...product }: Product): Promise<void> {
    const tiles = { rows: Math.ceil(product.rows / TILE), columns: Math.ceil(product.columns / TILE) };
    const rowFlop = 2 * TILE * product.columns * product.depth;
    const each = Math.max(1, Math.floor(this.#machine.submissionFlop / rowFlop));
    const storage = [into, a, b, this.#place, out].map((tensor) => this.#machine.bound(tensor));
    for (let first = 0; first < tiles.rows; first += each) {
      const uniform = this.#productUniform(product, first);
      const { addProduct } = this.#kernels;
      const bound = addProduct.bind(uniform, storage);
      await this.#machine.submit((pass) => addProduct.dispatch(pass, bound, [tiles.columns, Math.min(each, tiles.rows - first)]));
      uniform.buffer.destroy();
    }
  }

  #productUniform({ rows, columns, depth, shift, outColumns, square, scale }: Omit<Product, 'into' | 'a' | 'b' | 'out'>, firstTile: number): BoundBuffer {
    const buffer = this.#machine.device.createBuffer({ label: 'product', size: 32, usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST });
    const values = new DataView(new ArrayBuffer(32));
    [rows, columns, depth, shift, outColumns, square ? 1 : 0, firstTile].forEach((value, at) => values.setUint32(4 * at, value, true));
    values.setFloat32(28, scale, true);
    this.#machine.device.queue.writeBuffer(buffer, 0, values);
    return { buffer, bytes: 32 };
  }

  /** Slots, which each panel counts anew, as indices of the start. */
  #account(removals: Float32Array, panels: readonly { readonly done: number; readonly count: number }[]): Eliminated {
    const slots = new Uint32Array(removals.buffer, removals.byteOffset, removals.length);
    const length = removals.length / 2;
    const pivots = new Int32Array(length);
    for (const { done, count } of panels) {
      const gone = new Set<number>();
      for (let at = done; at < done + count; at++) {
        const slot = slots[2 * at]!;
        gone.add(slot);
        pivots[at] = this.#indices[slot]!;
      }
      this.#indices = this.#indices.filter((_, slot) => !gone.has(slot));
    }
    return { pivots, ratios: Float32Array.from({ length }, (_, at) => removals[2 * at + 1]!) };
  }
}
