import type { BindingLimitOptions } from './binding-limit.ts';
import { findAdapter, isSoftwareAdapter } from './gpu-device.ts';
import { runQueue } from './run-queue.ts';
import type { Runtime } from './runtime.ts';
import { BackendUnavailableError, type DeviceLostError, EngineStuckError } from './runtime-errors.ts';
import { createWasmRuntime } from './wasm-runtime.ts';
import { createWebGpuRuntime } from './webgpu-runtime.ts';

/**
 * `bindingLimit`: for tests, and for devices that promise too much. `smaller` shows as `info.details.smaller`: who makes batches makes them smaller too.
 */
export interface RuntimeOptions extends BindingLimitOptions {
  /** `auto`: WebGPU where there is a real GPU, else WebAssembly. */
  readonly prefer: 'auto' | 'webgpu' | 'wasm';
  /** Threads of the WebAssembly backend; see {@link chooseThreads}. */
  readonly threads?: number;
  /** Absolute URL of the site's base; onnxruntime's files lie in `ort/` under it. In Node: leave out. */
  readonly assetBase?: string;
  /** Told once if the GPU is lost; every call of the runtime throws the same error from then on. */
  readonly onLost?: (error: DeviceLostError) => void;
}

/**
 * The runtime for this machine; `info.reason` says which and why.
 * Throws {@link BackendUnavailableError} if WebGPU is demanded where there is none, and {@link EngineStuckError} if a computation of a
 * lost device never ended.
 */
export async function createRuntime(options: RuntimeOptions): Promise<Runtime> {
  if (runQueue.stuck) throw new EngineStuckError();
  const { prefer, threads, ...common } = options;
  const wasm = threads === undefined ? common : { ...common, threads };
  if (prefer === 'wasm') return createWasmRuntime({ ...wasm, reason: 'WebAssembly was chosen.' });

  const adapter = await findAdapter();
  if (prefer === 'webgpu') {
    if (adapter === null) throw new BackendUnavailableError('WebGPU was chosen, but no GPU adapter was found.');
    return createWebGpuRuntime({ ...common, adapter, reason: 'WebGPU was chosen.' });
  }
  if (adapter === null) {
    return createWasmRuntime({ ...wasm, reason: 'No GPU adapter was found, so the processor computes.' });
  }
  if (isSoftwareAdapter(adapter)) {
    return createWasmRuntime({ ...wasm, reason: 'The only GPU adapter is a software one, so WebAssembly is faster.' });
  }
  try {
    return await createWebGpuRuntime({ ...common, adapter, reason: 'A GPU adapter was found.' });
  } catch (cause) {
    if (!(cause instanceof BackendUnavailableError)) throw cause;
    return createWasmRuntime({ ...wasm, reason: 'The GPU adapter gave no device, so the processor computes.' });
  }
}
