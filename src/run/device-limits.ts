/** Ordinary memory, the graphics device's, and the browser's storage (a folder of the disk when headless). */
export type Place = 'gpu' | 'memory' | 'storage';

/** Whether a run fits; `unknown`: the browser does not tell how much there is. */
export type Verdict = 'fits' | 'tight' | 'too-large' | 'unknown';

/** What a device offers; null where the browser does not tell. */
export interface DeviceLimits {
  readonly backend: 'webgpu' | 'wasm';
  /** Largest buffer that one binding can address, bytes. */
  readonly maxBindingBytes: number;
  /** Bytes that may be taken of each place; `gpu` is 0 on WebAssembly, whose tensors lie in ordinary memory. */
  readonly available: Readonly<Record<Place, number | null>>;
  /** Places that may have more than `available` says: browsers tell no more than so much. */
  readonly lowerBounds: readonly Place[];
  /** Modules that are cut at once. */
  readonly pruneWorkers: number;
}
