import type { Runtime } from './runtime.ts';
import { createWasmRuntime } from './wasm-runtime.ts';

export interface RuntimeOptions {
  /** `auto`: WebGPU where there is a real GPU, else WebAssembly. */
  readonly prefer: 'auto' | 'webgpu' | 'wasm';
  /** Threads of the WebAssembly backend; see {@link chooseThreads}. */
  readonly threads?: number;
  /** Absolute URL of the site's base; onnxruntime's files lie in `ort/` under it. In Node: leave out. */
  readonly assetBase?: string;
}

/** The runtime for this machine; `info.reason` says which and why. */
export async function createRuntime(options: RuntimeOptions): Promise<Runtime> {
  return createWasmRuntime(options);
}
