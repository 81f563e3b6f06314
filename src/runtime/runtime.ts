/** The narrow interface to the machine: two implementations, WebGPU and WASM, pass one test suite. */

import type { Eliminator } from './elimination/elimination.ts';

export type BackendName = 'webgpu' | 'wasm';
export type ElementType = 'float32' | 'float16' | 'int32' | 'int64';
/** float16 values are their bits. */
export type HostArray = Float32Array | Uint16Array | Int32Array | BigInt64Array;

/** A file beside an ONNX file that holds weights of it ("external data"). */
export interface ExternalFile {
  /** As the ONNX file calls it. */
  readonly path: string;
  readonly data: Uint8Array;
}

/**
 * A tensor with exactly one owner, who frees it with `using` or `dispose()`.
 * Borrowers never dispose. A freed tensor throws when used; freeing twice is harmless.
 */
export interface Tensor extends Disposable {
  readonly type: ElementType;
  readonly shape: readonly number[];
  /** Bytes of storage, without padding. */
  readonly bytes: number;
  readonly disposed: boolean;
  dispose(): void;
}

/** A compiled graph: an onnxruntime session, created and run only through the runtime's one queue. */
export interface Program {
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  release(): Promise<void>;
}

export interface AdamWSettings {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  /** Added to the square root, after bias correction. */
  readonly epsilon: number;
  /** Decoupled: `p *= 1 - learningRate * weightDecay` before the update. */
  readonly weightDecay: number;
  /** 1 for the first step. */
  readonly step: number;
}

/** One parameter with its gradient and moments, all float32 of one shape. */
export interface AdamWState {
  readonly parameter: Tensor;
  readonly gradient: Tensor;
  readonly firstMoment: Tensor;
  readonly secondMoment: Tensor;
}

/** Rows `start` to `end` (exclusive) of a float32 tensor `[rows, width]`. */
export interface RowPiece {
  readonly tensor: Tensor;
  readonly start: number;
  readonly end: number;
}

export interface DeviceInfo {
  readonly backend: BackendName;
  /** For people: "WebGPU, apple metal-3" or "WebAssembly, 2 threads". */
  readonly label: string;
  /** Why this backend, in one sentence. */
  readonly reason: string;
  readonly threads: number;
  /** Largest buffer that one binding can address, bytes. */
  readonly maxBindingBytes: number;
  /** Everything else worth a report: adapter vendor, architecture, features, limits. */
  readonly details: Readonly<Record<string, string | number | boolean>>;
}

export interface LiveMemory {
  readonly tensors: number;
  readonly bytes: number;
  readonly peakBytes: number;
}

/** What one program or kernel took, cumulative. */
export interface ProgramWork {
  readonly runs: number;
  /**
   * Inside onnxruntime's run or the kernel, waiting for the queue not included. WASM: the computation. WebGPU: recording and
   * submitting it; the host waits for the device in the readback after it, which is counted as the program `readback`.
   */
  readonly seconds: number;
  /** Of these, its first run: devices prepare in it what later runs find ready. */
  readonly firstSeconds: number;
  /** On the device, where it has timestamps; else null. From a sample of the runs, and up to a second late: see `gpu-clock.ts`. */
  readonly gpuSeconds: number | null;
}

/** The name under which compiling counts; it is neither a program's run nor a kernel. */
export const COMPILING = 'compile';

/**
 * All that a runtime has done since it was made. Programs by name, {@link COMPILING}, and the kernels `adamw`, `scatter-add-rows`, `concat-rows`, `clone`
 * and `readback` among them, and `settle`, where the host only waits. int64 tensors are shapes, stay on the host on every backend and are no traffic.
 */
export interface RuntimeWork {
  readonly programs: ReadonlyMap<string, ProgramWork>;
  /** Tensors uploaded or overwritten from the host, and their bytes. WASM keeps the array, but counts alike. */
  readonly uploads: number;
  readonly uploadedBytes: number;
  /** Tensors read by the host, and their bytes. */
  readonly readbacks: number;
  readonly readBytes: number;
}

export interface Runtime extends AsyncDisposable {
  readonly info: DeviceInfo;
  /** Compiles an ONNX model. `name` appears in errors; `external`: the files of weights that the model names. */
  compile(name: string, model: Uint8Array, external?: readonly ExternalFile[]): Promise<Program>;
  /**
   * Runs a program. Feeds are borrowed; each returned tensor belongs to the caller.
   * `fetches` names the outputs wanted (default: all).
   * Throws {@link ProgramFailedError}; the session is then recreated before its next run.
   */
  run(program: Program, feeds: Readonly<Record<string, Tensor>>, fetches?: readonly string[]): Promise<Record<string, Tensor>>;
  /** A new tensor holding `data`. WASM may keep the array itself: do not write to it afterwards. */
  upload(data: HostArray, shape: readonly number[]): Tensor;
  /** A new zeroed tensor, float32 unless said otherwise. */
  zeros(shape: readonly number[], type?: 'float32' | 'float16'): Tensor;
  /** A new tensor with a copy of the content. */
  clone(tensor: Tensor): Promise<Tensor>;
  /** The rows of all pieces in order, copied to a new tensor. Throws {@link RowOutOfRangeError}, {@link TensorMismatchError}. */
  concatRows(pieces: readonly RowPiece[]): Promise<Tensor>;
  /** The content, copied to the host; the tensor stays as it was. */
  read(tensor: Tensor): Promise<HostArray>;
  /** Overwrites the content; same type and shape. */
  write(tensor: Tensor, data: HostArray): Promise<void>;
  /** One AdamW step in place (Loshchilov & Hutter, arXiv 1711.05101). The moments belong to the caller. */
  adamw(states: readonly AdamWState[], settings: AdamWSettings): Promise<void>;
  /**
   * `target[rows[i], :] += values[i, :]` in order of `i` for equal rows, so the sum is deterministic.
   * target `[rows, width]`, values `[rows.length, width]`, float32. Throws if a row is out of range.
   */
  scatterAddRows(target: Tensor, rows: Int32Array, values: Tensor): Promise<void>;
  /** Greedy elimination on the device; null where the device is the processor, which does it better in float64. */
  readonly eliminator: Eliminator | null;
  /** Waits until the device has done all that was asked of it so far. Reads nothing; WASM is always that far. */
  settle(): Promise<void>;
  live(): LiveMemory;
  /** What was done so far: a copy, so that two can be subtracted. */
  work(): RuntimeWork;
}

/** Reads a float32 tensor. */
export async function readFloats(runtime: Runtime, tensor: Tensor): Promise<Float32Array> {
  const data = await runtime.read(tensor);
  if (!(data instanceof Float32Array)) throw new TypeError(`expected a float32 tensor, got ${tensor.type}`);
  return data;
}

/** Reads an int32 tensor. */
export async function readInts(runtime: Runtime, tensor: Tensor): Promise<Int32Array> {
  const data = await runtime.read(tensor);
  if (!(data instanceof Int32Array)) throw new TypeError(`expected an int32 tensor, got ${tensor.type}`);
  return data;
}
