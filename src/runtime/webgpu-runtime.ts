import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-web';
import { AdamWKernel } from './adamw-kernel.ts';
import { adoptOutputs } from './adopt-outputs.ts';
import { bindingLimit, type BindingLimitOptions } from './binding-limit.ts';
import type { BoundBuffer } from './compute-kernel.ts';
import type { Eliminator } from './elimination/elimination.ts';
import { compileEliminationKernels, type EliminationKernels } from './elimination/elimination-kernels.ts';
import { type EliminationDevice, GpuElimination } from './elimination/gpu-elimination.ts';
import { adapterName, openDevice } from './gpu-device.ts';
import { GpuClock } from './gpu-clock.ts';
import { GpuWatch } from './gpu-watch.ts';
import { checkContent, elementCount, elementType, elementTypeOf, hostArray, hostArrayOver, overwrite } from './host-array.ts';
import { loadWebGpuOrt, type OrtModule } from './load-ort.ts';
import { checkAdamWState, checkPieces, checkScatter } from './operand-checks.ts';
import { ProgramRegistry } from './program-registry.ts';
import { runQueue } from './run-queue.ts';
import { COMPILING } from './runtime.ts';
import type { AdamWSettings, AdamWState, DeviceInfo, ExternalFile, HostArray, LiveMemory, Program, RowPiece, Runtime, RuntimeWork, Tensor } from './runtime.ts';
import { type DeviceLostError, TensorMismatchError, TensorTooLargeError } from './runtime-errors.ts';
import { ScatterAddRowsKernel } from './scatter-add-rows-kernel.ts';
import { TensorRegistry } from './tensor-registry.ts';
import { WorkCounter } from './work-counter.ts';

export interface WebGpuRuntimeOptions extends BindingLimitOptions {
  readonly adapter: GPUAdapter;
  /** Absolute URL of the site's base; onnxruntime's files lie in `ort/` under it. */
  readonly assetBase?: string;
  /** Why this backend, in one sentence. */
  readonly reason: string;
  /** Told once if the device is lost; every call throws the same error from then on. */
  readonly onLost?: (error: DeviceLostError) => void;
}

/** Where a tensor lies: on the device, except for uploaded int64, which onnxruntime reads shapes from on the host. */
type Storage =
  | { readonly place: 'device'; readonly buffer: GPUBuffer; readonly free: () => void }
  | { readonly place: 'host'; readonly data: HostArray };

/** How long the work of a lost device may take to end, milliseconds. With Chromium's software adapter it was 4 seconds at most. */
const LAST_WORK = 60_000;
/** Floating point operations of one submission: a device of 0.1 TFLOP/s does them in a tenth of a second, and one that is slower is not lost. */
const SUBMISSION_FLOP = 2 ** 33;

/** Computes on the GPU through onnxruntime-web's WebGPU build, and WGSL kernels where that has no operator in place. */
export async function createWebGpuRuntime(options: WebGpuRuntimeOptions): Promise<Runtime> {
  const { adapter, onLost = () => undefined } = options;
  const device = await openDevice(adapter);
  const watch = new GpuWatch(device, onLost);
  try {
    const ort = await loadWebGpuOrt(options.assetBase);
    ort.env.wasm.numThreads = 1; // the few operators that stay on the CPU are too small for more
    const kernels = await watch.guard(() => compileKernels(device));
    return new WebGpuRuntime(ort, device, watch, kernels, deviceInfo(options, device, ort));
  } catch (error) {
    watch.expectLoss();
    device.destroy();
    throw error;
  }
}

interface Kernels {
  readonly adamw: AdamWKernel;
  readonly scatter: ScatterAddRowsKernel;
}

async function compileKernels(device: GPUDevice): Promise<Kernels> {
  return { adamw: await AdamWKernel.create(device), scatter: await ScatterAddRowsKernel.create(device) };
}

function deviceInfo(options: WebGpuRuntimeOptions, device: GPUDevice, ort: OrtModule): DeviceInfo {
  const { vendor, architecture, description } = options.adapter.info;
  return {
    backend: 'webgpu',
    label: `WebGPU, ${adapterName(options.adapter)}`,
    reason: options.reason,
    threads: 1,
    maxBindingBytes: bindingLimit(largestBuffer(device), options),
    details: {
      vendor,
      architecture,
      description,
      features: [...device.features].sort().join(' '),
      maxBufferSize: device.limits.maxBufferSize,
      build: 'Suspending' in WebAssembly ? 'jspi' : 'asyncify',
      onnxruntime: ort.env.versions.common,
      ...(options.smaller === true && { smaller: true }),
    },
  };
}

class WebGpuRuntime implements Runtime {
  readonly info: DeviceInfo;
  readonly #ort: OrtModule;
  readonly #device: GPUDevice;
  readonly #watch: GpuWatch;
  readonly #kernels: Kernels;
  readonly #programs: ProgramRegistry;
  readonly #tensors = new TensorRegistry<Storage>((storage) => this.#release(storage));
  readonly #work = new WorkCounter();
  readonly #gpuClock: GpuClock | null;
  /** Compiled when they are first needed, which in most runs is never. */
  #elimination: Promise<EliminationKernels> | null = null;

  constructor(ort: OrtModule, device: GPUDevice, watch: GpuWatch, kernels: Kernels, info: DeviceInfo) {
    this.#ort = ort;
    this.#device = device;
    this.#watch = watch;
    this.#kernels = kernels;
    this.#gpuClock = GpuClock.of(device, (name, seconds) => this.#work.gpu(name, seconds));
    this.#programs = new ProgramRegistry(ort, sessionOptions(device));
    this.info = info;
  }

  compile(name: string, model: Uint8Array, external?: readonly ExternalFile[]): Promise<Program> {
    return this.#watch.guard(() => this.#work.timed(COMPILING, () => this.#programs.compile(name, model, external)));
  }

  run(program: Program, feeds: Readonly<Record<string, Tensor>>, fetches: readonly string[] = program.outputs) {
    return this.#enqueue(async () => {
      const session = this.#programs.sessionOf(program);
      const bound: Record<string, OrtTensor> = {};
      for (const [name, tensor] of Object.entries(feeds)) bound[name] = this.#bind(tensor);
      const outputs = await this.#timed(program.name, () => session.execute(bound, fetches));
      return adoptOutputs(outputs, (name, output) => this.#adopt(name, output));
    });
  }

  upload(data: HostArray, shape: readonly number[]): Tensor {
    this.#watch.check();
    const type = elementTypeOf(data);
    checkContent(data, type, shape);
    if (data instanceof BigInt64Array) return this.#tensors.adopt(type, shape, { place: 'host', data });
    const storage = this.#allocate(data.byteLength);
    this.#fill(storage.buffer, data);
    return this.#tensors.adopt(type, shape, storage);
  }

  zeros(shape: readonly number[], type: 'float32' | 'float16' = 'float32'): Tensor {
    this.#watch.check();
    return this.#tensors.adopt(type, shape, this.#allocate(elementCount(shape) * (type === 'float32' ? 4 : 2))); // new buffers are zero
  }

  clone(tensor: Tensor): Promise<Tensor> {
    return this.#enqueue(async () => {
      const storage = this.#tensors.storageOf(tensor);
      if (storage.place === 'host') {
        return this.#tensors.adopt(tensor.type, tensor.shape, { place: 'host', data: storage.data.slice() });
      }
      const copy = this.#allocate(tensor.bytes);
      await this.#timed('clone', () => this.#copy(storage.buffer, copy.buffer, tensor.bytes));
      return this.#tensors.adopt(tensor.type, tensor.shape, copy);
    });
  }

  concatRows(pieces: readonly RowPiece[]): Promise<Tensor> {
    return this.#enqueue(async () => {
      const [rows, width] = checkPieces(pieces);
      const parts = pieces.map(({ tensor, start, end }) => ({ from: this.#bound(tensor).buffer, start: 4 * start * width, bytes: 4 * (end - start) * width }));
      const joined = this.#allocate(4 * elementCount([rows, width]));
      await this.#timed('concat-rows', () => this.#copyAll(parts, joined.buffer));
      return this.#tensors.adopt('float32', [rows, width], joined);
    });
  }

  read(tensor: Tensor): Promise<HostArray> {
    return this.#enqueue(async () => {
      const storage = this.#tensors.storageOf(tensor);
      if (storage.place === 'host') return storage.data.slice();
      this.#work.read(tensor.bytes);
      const bytes = await this.#work.timed('readback', () => this.#watch.settle(this.#download(storage.buffer, tensor.bytes)));
      return hostArrayOver(bytes, tensor.type);
    });
  }

  write(tensor: Tensor, data: HostArray): Promise<void> {
    return this.#enqueue(() => {
      checkContent(data, tensor.type, tensor.shape);
      const storage = this.#tensors.storageOf(tensor);
      if (storage.place === 'host') overwrite(storage.data, data);
      else this.#fill(storage.buffer, data);
    });
  }

  adamw(states: readonly AdamWState[], settings: AdamWSettings): Promise<void> {
    return this.#enqueue(() => {
      states.forEach(checkAdamWState);
      const buffers = states.map((state) => ({
        parameter: this.#bound(state.parameter),
        gradient: this.#bound(state.gradient),
        firstMoment: this.#bound(state.firstMoment),
        secondMoment: this.#bound(state.secondMoment),
      }));
      return this.#timed('adamw', () => this.#kernels.adamw.step(buffers, settings));
    });
  }

  scatterAddRows(target: Tensor, rows: Int32Array, values: Tensor): Promise<void> {
    return this.#enqueue(() => {
      const width = checkScatter(target, rows, values);
      const operands = [this.#bound(target), rows, this.#bound(values), width] as const;
      return this.#timed('scatter-add-rows', () => this.#kernels.scatter.add(...operands));
    });
  }

  readonly eliminator: Eliminator = async (p, w, n) => {
    this.#elimination ??= this.#watch.guard(() => compileEliminationKernels(this.#device));
    return GpuElimination.start(this.#lendToElimination(), await this.#elimination, p, w, n);
  };

  settle(): Promise<void> {
    return this.#enqueue(() => this.#work.timed('settle', () => this.#watch.settle(Promise.resolve())));
  }

  live(): LiveMemory {
    return this.#tensors.live();
  }

  work(): RuntimeWork {
    this.#gpuClock?.collect();
    return this.#work.snapshot();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#watch.expectLoss();
    const ended = await runQueue.drained(this.#watch.lostFor(LAST_WORK)); // what it leaves is freed too
    this.#tensors.disposeAll();
    if (!ended) return;
    await this.#programs.releaseAll();
    await runQueue.run(() => this.#device.destroy());
  }

  #lendToElimination(): EliminationDevice {
    return {
      device: this.#device,
      submissionFlop: this.info.details['smaller'] === true ? SUBMISSION_FLOP / 4 : SUBMISSION_FLOP,
      upload: (data, shape) => this.upload(data, shape),
      zeros: (shape) => this.zeros(shape),
      bound: (tensor) => this.#bound(tensor),
      submit: (record) => this.#enqueue(() => this.#work.timed('elimination', () => this.#submit(record))),
      finish: () => this.#enqueue(() => this.#work.timed('elimination', () => this.#watch.settle(Promise.resolve()))),
      readStart: (tensor, length) => this.#enqueue(() => this.#readFloats(this.#bound(tensor).buffer, length)),
    };
  }

  #submit(record: (pass: GPUComputePassEncoder) => void): void {
    const encoder = this.#device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    record(pass);
    pass.end();
    this.#device.queue.submit([encoder.finish()]);
  }

  async #readFloats(buffer: GPUBuffer, length: number): Promise<Float32Array> {
    this.#work.read(4 * length);
    return new Float32Array(await this.#work.timed('readback', () => this.#watch.settle(this.#download(buffer, 4 * length))));
  }

  /** Counts what the device is asked to do, in a job that holds the queue. */
  #timed<Result>(name: string, job: () => Result | Promise<Result>): Promise<Result> {
    const counted = (): Promise<Result> => this.#work.timed(name, job);
    return this.#gpuClock === null ? counted() : this.#gpuClock.around(name, counted);
  }

  #enqueue<Result>(job: () => Result | Promise<Result>): Promise<Result> {
    return this.#watch.guard(() =>
      runQueue.run(() => {
        this.#watch.check();
        return job();
      }),
    );
  }

  #allocate(bytes: number): Storage & { readonly place: 'device' } {
    const size = Math.ceil(bytes / 16) * 16; // onnxruntime reads in steps of four floats
    const most = largestBuffer(this.#device);
    if (size > most) throw new TensorTooLargeError(bytes, most);
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    const buffer = this.#watch.createBuffer(`a tensor of ${size} bytes`, { size, usage });
    return { place: 'device', buffer, free: () => buffer.destroy() };
  }

  /** Through the queue: a run that waits may still read the buffer, and asyncify allows no call beside a run. */
  #release(storage: Storage): void {
    if (storage.place === 'device') runQueue.run(storage.free).catch(() => undefined); // lost devices free nothing
  }

  #bind(tensor: Tensor): OrtTensor {
    const storage = this.#tensors.storageOf(tensor);
    if (storage.place === 'host') return new this.#ort.Tensor(tensor.type, storage.data, tensor.shape);
    return this.#ort.Tensor.fromGpuBuffer(storage.buffer, { dataType: tensor.type, dims: tensor.shape });
  }

  #bound(tensor: Tensor): BoundBuffer {
    const storage = this.#tensors.storageOf(tensor);
    if (storage.place === 'host') throw new TensorMismatchError(`A ${tensor.type} tensor stands where a float32 one is needed.`);
    return { buffer: storage.buffer, bytes: tensor.bytes };
  }

  /** An output lies where onnxruntime left it; one that it left on the CPU is uploaded. */
  #adopt(name: string, output: OrtTensor): Tensor {
    if (output.location !== 'gpu-buffer') return this.upload(hostArray(name, output.data), output.dims);
    const storage = { place: 'device', buffer: output.gpuBuffer, free: () => output.dispose() } as const;
    return this.#tensors.adopt(elementType(name, output.type), output.dims, storage);
  }

  #fill(buffer: GPUBuffer, data: HostArray): void {
    this.#work.uploaded(data.byteLength);
    if (data.byteLength % 4 === 0) return this.#device.queue.writeBuffer(buffer, 0, data);
    const words = new Uint8Array(inWords(data.byteLength));
    words.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    this.#device.queue.writeBuffer(buffer, 0, words);
  }

  #copy(from: GPUBuffer, to: GPUBuffer, bytes: number): void {
    this.#copyAll([{ from, start: 0, bytes: inWords(bytes) }], to);
  }

  /** Bytes of some buffers one after the other, whole words each. */
  #copyAll(parts: readonly { readonly from: GPUBuffer; readonly start: number; readonly bytes: number }[], to: GPUBuffer): void {
    const encoder = this.#device.createCommandEncoder();
    let place = 0;
    for (const { from, start, bytes } of parts) {
      encoder.copyBufferToBuffer(from, start, to, place, bytes);
      place += bytes;
    }
    this.#device.queue.submit([encoder.finish()]);
  }

  async #download(buffer: GPUBuffer, bytes: number): Promise<ArrayBuffer> {
    const descriptor = { size: inWords(bytes), usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST };
    const staging = this.#watch.createBuffer(`a reading of ${bytes} bytes`, descriptor);
    try {
      this.#copy(buffer, staging, bytes);
      await staging.mapAsync(GPUMapMode.READ);
      return staging.getMappedRange().slice(0, bytes);
    } finally {
      staging.destroy();
    }
  }
}

/** WebGPU copies and writes whole words of 4 bytes; an odd number of float16 values is not. Buffers are padded beyond that. */
const inWords = (bytes: number): number => Math.ceil(bytes / 4) * 4;

/** What the device can hold and bind in one piece, bytes. */
function largestBuffer({ limits }: GPUDevice): number {
  return Math.min(limits.maxStorageBufferBindingSize, limits.maxBufferSize);
}

/**
 * `lazyRelease` is the one buffer cache that stays flat when shapes change at every run; results stay on
 * the device, and no memory pattern is kept per shape.
 */
function sessionOptions(device: GPUDevice): InferenceSession.SessionOptions {
  return {
    executionProviders: [{ name: 'webgpu', device, storageBufferCacheMode: 'lazyRelease' }],
    preferredOutputLocation: 'gpu-buffer',
    graphOptimizationLevel: 'all',
    enableMemPattern: false,
    executionMode: 'sequential',
  };
}
