import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-web';
import { adamw } from './adamw.ts';
import { adoptOutputs } from './adopt-outputs.ts';
import { bindingLimit, type BindingLimitOptions } from './binding-limit.ts';
import { checkContent, elementCount, elementTypeOf, hostArray, overwrite } from './host-array.ts';
import { loadWasmOrt, type OrtSessions } from './load-ort.ts';
import { checkAdamWState, checkPieces, checkScatter } from './operand-checks.ts';
import { ProgramRegistry } from './program-registry.ts';
import { runQueue } from './run-queue.ts';
import { COMPILING } from './runtime.ts';
import type { AdamWSettings, AdamWState, DeviceInfo, ExternalFile, HostArray, LiveMemory, Program, RowPiece, Runtime, RuntimeWork, Tensor } from './runtime.ts';
import { TensorMismatchError } from './runtime-errors.ts';
import { scatterAddRows } from './scatter-add-rows.ts';
import { TensorRegistry } from './tensor-registry.ts';
import { chooseThreads } from './threads.ts';
import { WorkCounter } from './work-counter.ts';

/**
 * Measured with changing shapes: arena, memory patterns, optimisation level and execution mode make no difference
 * in speed, nor in memory over 6000 shapes. Off by design, then, is what exists to reuse memory between like shapes.
 */
const SESSION_OPTIONS: InferenceSession.SessionOptions = {
  graphOptimizationLevel: 'all',
  enableCpuMemArena: false,
  enableMemPattern: false,
  executionMode: 'sequential',
};

/** malloc of a wasm32 heap cannot hand out more in one piece. */
const LARGEST_ALLOCATION = 2 ** 31;

export interface WasmRuntimeOptions extends BindingLimitOptions {
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
  const threadReason =
    startedThreads === choice.threads ? choice.reason : `onnxruntime already runs here with ${startedThreads} threads, which stays so.`;
  ort.env.wasm.numThreads = startedThreads;
  const info: DeviceInfo = {
    backend: 'wasm',
    label: `WebAssembly, ${startedThreads} ${startedThreads === 1 ? 'thread' : 'threads'}`,
    reason: [options.reason, threadReason].filter((part) => part !== undefined).join(' '),
    threads: startedThreads,
    maxBindingBytes: bindingLimit(LARGEST_ALLOCATION, options),
    details: { cores: choice.cores, onnxruntime: ort.env.versions.common, ...(options.smaller === true && { smaller: true }) },
  };
  return createCpuRuntime(ort, info, 'wasm');
}

/** A runtime over any build of onnxruntime that computes on plain arrays: `wasm`, or in Node the native `cpu`. */
export function createCpuRuntime(ort: OrtSessions, info: DeviceInfo, provider: 'wasm' | 'cpu'): Runtime {
  const threads = provider === 'cpu' ? { intraOpNumThreads: info.threads } : {}; // WASM's are set for the whole process
  return new CpuRuntime(ort, info, { ...SESSION_OPTIONS, ...threads, executionProviders: [provider] });
}

class CpuRuntime implements Runtime {
  readonly info: DeviceInfo;
  readonly eliminator = null;
  readonly #ort: OrtSessions;
  readonly #programs: ProgramRegistry;
  readonly #tensors = new TensorRegistry<HostArray>(() => undefined); // arrays are garbage collected
  readonly #work = new WorkCounter();

  constructor(ort: OrtSessions, info: DeviceInfo, options: InferenceSession.SessionOptions) {
    this.#ort = ort;
    this.#programs = new ProgramRegistry(ort, options);
    this.info = info;
  }

  compile(name: string, model: Uint8Array, external?: readonly ExternalFile[]): Promise<Program> {
    return this.#work.timed(COMPILING, () => this.#programs.compile(name, model, external));
  }

  async run(program: Program, feeds: Readonly<Record<string, Tensor>>, fetches: readonly string[] = program.outputs) {
    const session = this.#programs.sessionOf(program);
    const outputs = await runQueue.run(() => {
      const bound: Record<string, OrtTensor> = {};
      for (const [name, tensor] of Object.entries(feeds)) {
        bound[name] = new this.#ort.Tensor(tensor.type, this.#tensors.storageOf(tensor), tensor.shape);
      }
      return this.#work.timed(program.name, () => session.execute(bound, fetches));
    });
    return adoptOutputs(outputs, (name, output) => this.#adopt(name, output));
  }

  upload(data: HostArray, shape: readonly number[]): Tensor {
    checkContent(data, elementTypeOf(data), shape);
    this.#countUpload(data);
    return this.#tensors.adopt(elementTypeOf(data), shape, data);
  }

  zeros(shape: readonly number[], type: 'float32' | 'float16' = 'float32'): Tensor {
    const count = elementCount(shape);
    return this.#tensors.adopt(type, shape, type === 'float32' ? new Float32Array(count) : new Uint16Array(count));
  }

  async clone(tensor: Tensor): Promise<Tensor> {
    const copy = await runQueue.run(() => this.#work.timed('clone', () => this.#tensors.storageOf(tensor).slice()));
    return this.#tensors.adopt(tensor.type, tensor.shape, copy);
  }

  async concatRows(pieces: readonly RowPiece[]): Promise<Tensor> {
    const shape = checkPieces(pieces);
    const [, width] = shape;
    const joined = await runQueue.run(() =>
      this.#work.timed('concat-rows', () => {
        const values = new Float32Array(elementCount(shape));
        let place = 0;
        for (const { tensor, start, end } of pieces) {
          values.set(this.#floats(tensor).subarray(start * width, end * width), place * width);
          place += end - start;
        }
        return values;
      }),
    );
    return this.#tensors.adopt('float32', shape, joined);
  }

  read(tensor: Tensor): Promise<HostArray> {
    return runQueue.run(async () => {
      const data = this.#tensors.storageOf(tensor);
      if (data instanceof BigInt64Array) return data.slice();
      this.#work.read(data.byteLength);
      return this.#work.timed('readback', () => data.slice());
    });
  }

  write(tensor: Tensor, data: HostArray): Promise<void> {
    return runQueue.run(() => {
      checkContent(data, tensor.type, tensor.shape);
      overwrite(this.#tensors.storageOf(tensor), data);
      this.#countUpload(data);
    });
  }

  adamw(states: readonly AdamWState[], settings: AdamWSettings): Promise<void> {
    return runQueue.run(() => {
      states.forEach(checkAdamWState);
      return this.#work.timed('adamw', () => {
        for (const { parameter, gradient, firstMoment, secondMoment } of states) {
          adamw(this.#floats(parameter), this.#floats(gradient), this.#floats(firstMoment), this.#floats(secondMoment), settings);
        }
      });
    });
  }

  scatterAddRows(target: Tensor, rows: Int32Array, values: Tensor): Promise<void> {
    return runQueue.run(() => {
      const width = checkScatter(target, rows, values);
      return this.#work.timed('scatter-add-rows', () => scatterAddRows(this.#floats(target), rows, this.#floats(values), width));
    });
  }

  settle(): Promise<void> {
    return runQueue.run(() => undefined);
  }

  live(): LiveMemory {
    return this.#tensors.live();
  }

  work(): RuntimeWork {
    return this.#work.snapshot();
  }

  /** Releases sessions and tensors. onnxruntime's threads stay for the process; in Node they do not hold it open. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#programs.releaseAll();
    this.#tensors.disposeAll();
  }

  #countUpload(data: HostArray): void {
    if (!(data instanceof BigInt64Array)) this.#work.uploaded(data.byteLength);
  }

  #floats(tensor: Tensor): Float32Array {
    const data = this.#tensors.storageOf(tensor);
    if (!(data instanceof Float32Array)) throw new TensorMismatchError(`A ${tensor.type} tensor stands where a float32 one is needed.`);
    return data;
  }

  #adopt(name: string, output: OrtTensor): Tensor {
    const data = hostArray(name, output.data);
    return this.#tensors.adopt(elementTypeOf(data), output.dims, data);
  }
}
