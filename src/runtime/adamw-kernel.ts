import { adamwFactors } from './adamw.ts';
import { ADAMW_WGSL } from './adamw.wgsl.ts';
import { type BoundBuffer, ComputeKernel } from './compute-kernel.ts';
import type { AdamWSettings } from './runtime.ts';

/** Buffers of one parameter, all of one length. */
export interface AdamWBuffers {
  readonly parameter: BoundBuffer;
  readonly gradient: BoundBuffer;
  readonly firstMoment: BoundBuffer;
  readonly secondMoment: BoundBuffer;
}

/** AdamW on GPU buffers, all parameters of a step in one submission. */
export class AdamWKernel {
  readonly #device: GPUDevice;
  readonly #kernel: ComputeKernel;
  readonly #uniform: BoundBuffer;

  private constructor(device: GPUDevice, kernel: ComputeKernel) {
    this.#device = device;
    this.#kernel = kernel;
    const usage = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
    this.#uniform = { buffer: device.createBuffer({ label: 'adamw settings', size: 32, usage }), bytes: 32 };
  }

  static async create(device: GPUDevice): Promise<AdamWKernel> {
    return new AdamWKernel(device, await ComputeKernel.create(device, 'adamw', ADAMW_WGSL));
  }

  step(states: readonly AdamWBuffers[], settings: AdamWSettings): void {
    const { decay, stepSize, secondCorrection } = adamwFactors(settings);
    const { beta1, beta2, epsilon } = settings;
    const values = Float32Array.of(beta1, beta2, epsilon, decay, stepSize, secondCorrection);
    this.#device.queue.writeBuffer(this.#uniform.buffer, 0, values);
    const encoder = this.#device.createCommandEncoder({ label: 'adamw' });
    const pass = encoder.beginComputePass();
    for (const { parameter, gradient, firstMoment, secondMoment } of states) {
      this.#kernel.record(pass, this.#uniform, [parameter, gradient, firstMoment, secondMoment], parameter.bytes / 4);
    }
    pass.end();
    this.#device.queue.submit([encoder.finish()]);
  }
}
