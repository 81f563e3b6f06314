export interface BindingLimitOptions {
  /** Lowers the limit to so many bytes. Tensors may still be as large as the device binds. */
  readonly bindingLimit?: number;
  /** Smaller dispatches, for a device that was lost or ran out of memory: a quarter of what it binds. */
  readonly smaller?: boolean;
}

/** Tables are cut no smaller than this for a device in trouble, bytes: it is a fraction of the least that WebGPU promises, 128 MiB. */
const LEAST = 2 ** 24;

/** The bytes to which tables are cut on a device that binds `most`. */
export function bindingLimit(most: number, { bindingLimit: asked = Infinity, smaller = false }: BindingLimitOptions): number {
  const careful = smaller ? Math.max(LEAST, Math.floor(most / 4)) : Infinity;
  return Math.min(most, asked, careful);
}
