/** Invocations per workgroup of every kernel here; the WGSL says the same. */
const WORKGROUP_SIZE = 256;

/** A buffer and the bytes of it that hold data: bound explicitly, so that padding is out of reach of the kernel. */
export interface BoundBuffer {
  readonly buffer: GPUBuffer;
  readonly bytes: number;
}

/** One WGSL kernel with entry point `main`, a uniform at binding 0 and storage buffers from binding 1 on. */
export class ComputeKernel {
  readonly #device: GPUDevice;
  readonly #pipeline: GPUComputePipeline;

  private constructor(device: GPUDevice, pipeline: GPUComputePipeline) {
    this.#device = device;
    this.#pipeline = pipeline;
  }

  static async create(device: GPUDevice, label: string, code: string): Promise<ComputeKernel> {
    const module = device.createShaderModule({ label, code });
    const pipeline = await device.createComputePipelineAsync({ label, layout: 'auto', compute: { module, entryPoint: 'main' } });
    return new ComputeKernel(device, pipeline);
  }

  /** Records one dispatch of at least `invocations`, in two dimensions where one is not enough. */
  record(pass: GPUComputePassEncoder, uniform: BoundBuffer, storage: readonly BoundBuffer[], invocations: number): void {
    this.dispatch(pass, this.bind(uniform, storage), workgroups(invocations, this.#device.limits.maxComputeWorkgroupsPerDimension));
  }

  /** The buffers of a dispatch, for one or many. */
  bind(uniform: BoundBuffer, storage: readonly BoundBuffer[]): GPUBindGroup {
    const entries = [uniform, ...storage].map(({ buffer, bytes }, binding) => ({ binding, resource: { buffer, size: bytes } }));
    return this.#device.createBindGroup({ layout: this.#pipeline.getBindGroupLayout(0), entries });
  }

  /** Records one dispatch of `groups` workgroups in x and y. */
  dispatch(pass: GPUComputePassEncoder, bound: GPUBindGroup, groups: readonly [number, number]): void {
    pass.setPipeline(this.#pipeline);
    pass.setBindGroup(0, bound);
    pass.dispatchWorkgroups(...groups);
  }
}

/** Workgroups in x and y that cover the invocations; x stays within the device's limit. */
export function workgroups(invocations: number, limit: number): [number, number] {
  const groups = Math.ceil(invocations / WORKGROUP_SIZE);
  const rows = Math.ceil(groups / limit);
  return [Math.ceil(groups / rows), rows];
}
