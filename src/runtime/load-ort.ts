import type * as Ort from 'onnxruntime-web';

export type OrtModule = typeof Ort;
/** The part of it that sessions need; onnxruntime's native build for Node has it too. */
export type OrtSessions = Pick<OrtModule, 'Tensor' | 'InferenceSession'>;

/** Not a literal in the import below, so that no bundler packs the Node build into the site. */
const NODE_BUILD: string = 'onnxruntime-web';

/** True in Node, false in browsers and their workers. */
export function inNode(): boolean {
  return typeof process !== 'undefined' && typeof process.versions?.node === 'string';
}

/**
 * onnxruntime-web's plain WebAssembly build. `assetBase` is the absolute URL of the site's base, under
 * which `ort/` holds onnxruntime's .wasm and .mjs files; without it they are looked for beside the library.
 */
export async function loadWasmOrt(assetBase?: string): Promise<OrtModule> {
  const ort: OrtModule = inNode() ? await import(/* @vite-ignore */ NODE_BUILD) : await import('onnxruntime-web/wasm');
  return configured(ort, assetBase);
}

/** onnxruntime-web's WebGPU build: with stack switching where the browser has it, else the asyncify one. */
export async function loadWebGpuOrt(assetBase?: string): Promise<OrtModule> {
  const ort: OrtModule =
    'Suspending' in WebAssembly ? await import('onnxruntime-web/jspi') : await import('onnxruntime-web/webgpu');
  return configured(ort, assetBase);
}

let loaded: OrtModule | null = null;

/** The build that was loaded last. Throws where none was. */
export function loadedOrt(): OrtModule {
  if (loaded === null) throw new RangeError('onnxruntime is not loaded');
  return loaded;
}

function configured(ort: OrtModule, assetBase: string | undefined): OrtModule {
  loaded = ort;
  ort.env.logLevel = 'fatal'; // what is an error also comes as an exception
  if (assetBase !== undefined && !inNode()) ort.env.wasm.wasmPaths = new URL('ort/', assetBase).href;
  return ort;
}
