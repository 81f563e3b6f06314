import type * as Ort from 'onnxruntime-web';
import type { OrtBuild } from './fetch-ort.ts';

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
 * Throws OrtAlteredError or OrtMissingError.
 */
export async function loadWasmOrt(assetBase?: string): Promise<OrtModule> {
  const ort: OrtModule = inNode() ? await import(/* @vite-ignore */ NODE_BUILD) : await import('onnxruntime-web/wasm');
  return await configured(ort, assetBase, 'threads');
}

/** onnxruntime-web's WebGPU build: with stack switching where the browser has it, else the asyncify one; as {@link loadWasmOrt}. */
export async function loadWebGpuOrt(assetBase?: string): Promise<OrtModule> {
  if ('Suspending' in WebAssembly) return await configured(await import('onnxruntime-web/jspi'), assetBase, 'jspi');
  return await configured(await import('onnxruntime-web/webgpu'), assetBase, 'asyncify');
}

let loaded: OrtModule | null = null;

/** The build that was loaded last. Throws where none was. */
export function loadedOrt(): OrtModule {
  if (loaded === null) throw new RangeError('onnxruntime is not loaded');
  return loaded;
}

/** Programs that were fetched and checked, and that onnxruntime has not begun with yet, by their builds. */
const waiting = new Map<OrtSessions, () => void>();
const checked = new WeakSet<OrtModule>();

async function configured(ort: OrtModule, assetBase: string | undefined, build: OrtBuild): Promise<OrtModule> {
  loaded = ort;
  ort.env.logLevel = 'fatal'; // what is an error also comes as an exception
  if (assetBase === undefined || inNode() || checked.has(ort)) return ort;
  const { fetchOrt } = await import('./fetch-ort.ts');
  const folder = new URL('ort/', assetBase).href;
  const { wasm, script } = await fetchOrt(folder, build);
  const program = URL.createObjectURL(wasm);
  checked.add(ort);
  ort.env.wasm.wasmPaths = { mjs: script, wasm: program };
  waiting.set(ort, () => {
    URL.revokeObjectURL(program);
    ort.env.wasm.wasmPaths = folder;
  });
  return ort;
}

/** Called when onnxruntime has made its first session: it has compiled its program, whose file need not be kept any longer. */
export function ortStarted(ort: OrtSessions): void {
  waiting.get(ort)?.();
  waiting.delete(ort);
}
