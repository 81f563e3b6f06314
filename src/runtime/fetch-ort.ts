import { OrtAlteredError, OrtMissingError } from './runtime-errors.ts';

/** SHA-384 of onnxruntime's programs by their builds, in the version that this site is built with (a test compares them). */
export const ortIntegrity = {
  threads: 'sha384-vjBJ1z7qrhkTyYsNqKeF6c7N+nOJSU94czEo+tvZcu8G75JparGq9kB+kTnEUNVM',
  jspi: 'sha384-bMP/XSpH5FjIIaVnUc1eR3cDsGZGdO1ZPjcHGEtvMwOgZZFcOEN8VrGooR81HSFO',
  asyncify: 'sha384-EPVDLTxuO663dkZO/pcKJF6vOyyfq/5z9FY1oksN0UWFX2ABH4wDDZQHeNoUleWR',
} as const;

/** `jspi` and `asyncify` compute on WebGPU, with stack switching or without; `threads` in WebAssembly. */
export type OrtBuild = keyof typeof ortIntegrity;

/** Name of a build's files, without `.wasm` or `.mjs`. */
export const ortName = (build: OrtBuild): string => `ort-wasm-simd-threaded${build === 'threads' ? '' : `.${build}`}`;

/** onnxruntime's program, and the script that runs it. */
export interface CheckedOrt {
  readonly wasm: Blob;
  /** Address. */
  readonly script: string;
}

/**
 * One of onnxruntime's programs, whole and unaltered: the browser compares it with {@link ortIntegrity} before anything of it is seen.
 * `folder`: where it lies, with a slash at the end. Throws {@link OrtAlteredError} or {@link OrtMissingError}.
 */
export async function fetchOrt(folder: string, build: OrtBuild): Promise<CheckedOrt> {
  const file = `${ortName(build)}.wasm`;
  const script = `${folder}${ortName(build)}.mjs`;
  // Names stay while contents change: what the browser holds may be another version's, so a file that is wrong is asked for anew.
  for (const cache of ['default', 'reload'] as const) {
    const response = await fetch(`${folder}${file}`, { integrity: ortIntegrity[build], cache }).catch(() => null);
    if (response?.ok) return { wasm: new Blob([await response.blob()], { type: 'application/wasm' }), script };
  }
  const answer = await fetch(`${folder}${file}`, { method: 'HEAD' }).catch(() => null);
  throw answer?.ok ? new OrtAlteredError(file) : new OrtMissingError(file, answer?.status ?? null);
}
