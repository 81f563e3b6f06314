import { findAdapter, isSoftwareAdapter } from './gpu-device.ts';
import type { Runtime } from './runtime.ts';
import { BackendUnavailableError, type DeviceLostError } from './runtime-errors.ts';
import { createWasmRuntime } from './wasm-runtime.ts';
import { createWebGpuRuntime } from './webgpu-runtime.ts';

export interface RuntimeOptions {
  /** `auto`: WebGPU where there is a real GPU, else WebAssembly. */
  readonly prefer: 'auto' | 'webgpu' | 'wasm';
  /** Threads of the WebAssembly backend; see {@link chooseThreads}. */
  readonly threads?: number;
  /** Absolute URL of the site's base; onnxruntime's files lie in `ort/` under it. In Node: leave out. */
  readonly assetBase?: string;
  /** Tables are cut to this many bytes where the device would bind more; for tests, and for devices that promise too much. */
  readonly bindingLimit?: number;
  /** Told once if the GPU is lost; every call of the runtime throws the same error from then on. */
  readonly onLost?: (error: DeviceLostError) => void;
}

/**
 * The runtime for this machine; `info.reason` says which and why.
 * Throws {@link BackendUnavailableError} if WebGPU is demanded where there is none.
 */
export async function createRuntime(options: RuntimeOptions): Promise<Runtime> {
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
