import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-web';
import { adamw } from './adamw.ts';
import { loadWasmOrt, type OrtModule } from './load-ort.ts';
import { checkAdamWState, checkScatter } from './operand-checks.ts';
import { runQueue } from './run-queue.ts';
import type { AdamWSettings, AdamWState, DeviceInfo, HostArray, LiveMemory, Program, Runtime, Tensor } from './runtime.ts';
import { ProgramUnknownError, TensorMismatchError } from './runtime-errors.ts';
import { scatterAddRows } from './scatter-add-rows.ts';
import { SessionProgram } from './session-program.ts';
import { checkContent, elementCount, elementTypeOf, TensorRegistry } from './tensor-registry.ts';
import { chooseThreads } from './threads.ts';

/**
 * No arena and no memory patterns: both keep something per shape for a session's life, and shapes change at
 * every run here; neither measured faster. Sequential, because the graphs are chains.
 */
const SESSION_OPTIONS: InferenceSession.SessionOptions = {
  executionProviders: ['wasm'],
  graphOptimizationLevel: 'all',
  enableCpuMemArena: false,
  enableMemPattern: false,
  executionMode: 'sequential',
};

/** malloc of a wasm32 heap cannot hand out more in one piece. */
const LARGEST_ALLOCATION = 2 ** 31;

export interface WasmRuntimeOptions {
  /** Default: see {@link chooseThreads}. onnxruntime starts once per process: the first runtime's number holds. */
  readonly threads?: number;
  /** Absolute URL of the site's base; onnxruntime's files lie in `ort/` under it. */
  readonly assetBase?: string;
  /** Goes before the reason for the number of threads. */
  readonly reason?: string;
}

/** The threads that onnxruntime was started with in this process. */
let startedThreads: number | undefined;

/** Computes on the CPU through onnxruntime-web's WebAssembly build; tensors are plain arrays. */
export async function createWasmRuntime(options: WasmRuntimeOptions = {}): Promise<Runtime> {
  const ort = await loadWasmOrt(options.assetBase);
  const choice = chooseThreads(options.threads);
  startedThreads ??= choice.threads;
  ort.env.wasm.numThreads = startedThreads;
  const info: DeviceInfo = {
    backend: 'wasm',
    label: `WebAssembly, ${startedThreads} ${startedThreads === 1 ? 'thread' : 'threads'}`,
    reason: [options.reason, choice.reason].filter((part) => part !== undefined).join(' '),
    threads: startedThreads,
    maxBindingBytes: LARGEST_ALLOCATION,
    details: { cores: choice.cores, onnxruntime: ort.env.versions.common },
  };
  return new WasmRuntime(ort, info);
}

class WasmRuntime implements Runtime {
  readonly info: DeviceInfo;
  readonly #ort: OrtModule;
  readonly #programs = new Set<Program>();
  readonly #tensors = new TensorRegistry<HostArray>(() => undefined); // arrays are garbage collected

  constructor(ort: OrtModule, info: DeviceInfo) {
    this.#ort = ort;
    this.info = info;
  }

  async compile(name: string, model: Uint8Array): Promise<Program> {
    const program = await SessionProgram.create(this.#ort, name, model, SESSION_OPTIONS);
    this.#programs.add(program);
    return program;
  }

  async run(program: Program, feeds: Readonly<Record<string, Tensor>>, fetches: readonly string[] = program.outputs) {
    if (!(program instanceof SessionProgram) || !this.#programs.has(program)) throw new ProgramUnknownError(program.name);
    const outputs = await runQueue.run(() => {
      const bound: Record<string, OrtTensor> = {};
      for (const [name, tensor] of Object.entries(feeds)) {
        bound[name] = new this.#ort.Tensor(tensor.type, this.#tensors.storageOf(tensor), tensor.shape);
      }
      return program.execute(bound, fetches);
    });
    return this.#adoptAll(outputs);
  }

  upload(data: HostArray, shape: readonly number[]): Tensor {
    checkContent(data, elementTypeOf(data), shape);
    return this.#tensors.adopt(elementTypeOf(data), shape, data);
  }

  zeros(shape: readonly number[]): Tensor {
    return this.#tensors.adopt('float32', shape, new Float32Array(elementCount(shape)));
  }

  async clone(tensor: Tensor): Promise<Tensor> {
    const copy = await this.read(tensor);
    return this.#tensors.adopt(tensor.type, tensor.shape, copy);
  }

  read(tensor: Tensor): Promise<HostArray> {
    return runQueue.run(() => this.#tensors.storageOf(tensor).slice());
  }

  write(tensor: Tensor, data: HostArray): Promise<void> {
    return runQueue.run(() => {
      checkContent(data, tensor.type, tensor.shape);
      overwrite(this.#tensors.storageOf(tensor), data);
    });
  }

  adamw(states: readonly AdamWState[], settings: AdamWSettings): Promise<void> {
    return runQueue.run(() => {
      states.forEach(checkAdamWState);
      for (const { parameter, gradient, firstMoment, secondMoment } of states) {
        adamw(this.#floats(parameter), this.#floats(gradient), this.#floats(firstMoment), this.#floats(secondMoment), settings);
      }
    });
  }

  scatterAddRows(target: Tensor, rows: Int32Array, values: Tensor): Promise<void> {
    return runQueue.run(() => {
      const width = checkScatter(target, rows, values);
      scatterAddRows(this.#floats(target), rows, this.#floats(values), width);
    });
  }

  live(): LiveMemory {
    return this.#tensors.live();
  }

  /** Releases sessions and tensors. onnxruntime's threads stay for the process; in Node they do not hold it open. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#programs].map((program) => program.release()));
    this.#programs.clear();
    this.#tensors.disposeAll();
  }

  #floats(tensor: Tensor): Float32Array {
    const data = this.#tensors.storageOf(tensor);
    if (!(data instanceof Float32Array)) throw new TensorMismatchError(`A ${tensor.type} tensor stands where a float32 one is needed.`);
    return data;
  }

  #adoptAll(outputs: Record<string, OrtTensor>): Record<string, Tensor> {
    const tensors: Record<string, Tensor> = {};
    for (const [name, output] of Object.entries(outputs)) {
      tensors[name] = this.#tensors.adopt(elementTypeOf(hostArray(name, output.data)), output.dims, hostArray(name, output.data));
    }
    return tensors;
  }
}

function hostArray(name: string, data: OrtTensor['data']): HostArray {
  if (data instanceof Float32Array || data instanceof Int32Array || data instanceof BigInt64Array) return data;
  throw new TensorMismatchError(`The output "${name}" is neither float32 nor int32 nor int64.`);
}

function overwrite(target: HostArray, data: HostArray): void {
  if (target instanceof BigInt64Array && data instanceof BigInt64Array) target.set(data);
  else if (!(target instanceof BigInt64Array) && !(data instanceof BigInt64Array)) target.set(data);
}
