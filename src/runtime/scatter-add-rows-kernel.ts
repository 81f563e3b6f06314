import { type BoundBuffer, ComputeKernel } from './compute-kernel.ts';
import { SCATTER_ADD_ROWS_WGSL } from './scatter-add-rows.wgsl.ts';
import { scatterPlan } from './scatter-plan.ts';

/** `table[rows[i], :] += values[i, :]` on GPU buffers, deterministic. */
export class ScatterAddRowsKernel {
  readonly #device: GPUDevice;
  readonly #kernel: ComputeKernel;
  readonly #uniform: BoundBuffer;

  private constructor(device: GPUDevice, kernel: ComputeKernel) {
    this.#device = device;
    this.#kernel = kernel;
    const usage = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
    this.#uniform = { buffer: device.createBuffer({ label: 'scatter settings', size: 16, usage }), bytes: 16 };
  }

  static async create(device: GPUDevice): Promise<ScatterAddRowsKernel> {
    return new ScatterAddRowsKernel(device, await ComputeKernel.create(device, 'scatter-add rows', SCATTER_ADD_ROWS_WGSL));
  }

  /** table `[*, width]`, values `[rows.length, width]`; rows in range. */
  add(table: BoundBuffer, rows: Int32Array, values: BoundBuffer, width: number): void {
    const { plan, touched } = scatterPlan(rows);
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST;
    const planBuffer = this.#device.createBuffer({ label: 'scatter plan', size: plan.byteLength, usage });
    this.#device.queue.writeBuffer(planBuffer, 0, plan);
    this.#device.queue.writeBuffer(this.#uniform.buffer, 0, Uint32Array.of(width, touched));
    const encoder = this.#device.createCommandEncoder({ label: 'scatter-add rows' });
    const pass = encoder.beginComputePass();
    const storage = [table, values, { buffer: planBuffer, bytes: plan.byteLength }];
    this.#kernel.record(pass, this.#uniform, storage, touched * width);
    pass.end();
    this.#device.queue.submit([encoder.finish()]);
    planBuffer.destroy(); // takes effect after the submitted work
  }
}
