import type { Tensor } from '../runtime/runtime.ts';

/** Keys and values of one attention module, `[1, kv_heads, positions, head_dim]` each, keys turned by their positions. */
export interface KeysAndValues {
  readonly keys: Tensor;
  readonly values: Tensor;
}

/**
 * What a model keeps of the tokens of one sequence that it has read, so that each further token costs its own work only. It belongs
 * to one model; owns its tensors, which stay on the device.
 */
export class KvCache implements Disposable {
  readonly #modules = new Map<number, KeysAndValues>();
  #length = 0;

  /** Tokens that were read. */
  get length(): number {
    return this.#length;
  }

  /** Of the attention module of this index; borrowed, null before anything was read. */
  of(module: number): KeysAndValues | null {
    return this.#modules.get(module) ?? null;
  }

  /** Takes over what a module has now and frees what it had. */
  replace(module: number, now: KeysAndValues): void {
    free(this.#modules.get(module));
    this.#modules.set(module, now);
  }

  /** All modules have read so many tokens more. */
  grow(tokens: number): void {
    this.#length += tokens;
  }

  /** Forgets everything; it can be used again from the start. */
  [Symbol.dispose](): void {
    for (const kept of this.#modules.values()) free(kept);
    this.#modules.clear();
    this.#length = 0;
  }
}

function free(kept: KeysAndValues | undefined): void {
  kept?.keys.dispose();
  kept?.values.dispose();
}
