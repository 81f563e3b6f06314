import type { ReadableFile, Storage, StoredFile } from './storage.ts';

interface Reply {
  readonly id?: number;
  readonly value?: unknown;
  readonly error?: { readonly name: string; readonly message: string };
  readonly sizeOf?: number;
  readonly size?: number;
}

/** A Storage whose work an OpfsStorage in a dedicated worker does (opfs-test-worker.ts). Errors come across by name, message and explanation. */
export class OpfsInWorker implements Storage, Disposable {
  readonly name = 'OPFS in a worker';
  readonly #worker = new Worker(new URL('./opfs-test-worker.ts', import.meta.url), { type: 'module' });
  readonly #waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: unknown) => void }>();
  readonly #sizes = new Map<number, number>();
  #calls = 0;

  constructor() {
    this.#worker.addEventListener('message', ({ data }: MessageEvent<Reply>) => {
      if (data.sizeOf !== undefined && data.size !== undefined) this.#sizes.set(data.sizeOf, data.size);
      if (data.id === undefined) return;
      const waiting = this.#waiting.get(data.id);
      this.#waiting.delete(data.id);
      if (data.error) waiting?.reject(Object.assign(new Error(data.error.message), data.error));
      else waiting?.resolve(data.value);
    });
    this.#worker.addEventListener('error', (event) => {
      for (const { reject } of this.#waiting.values()) reject(new Error(event.message));
    });
  }

  async #call<T>(call: string, check: (value: unknown) => value is T, ...values: readonly unknown[]): Promise<T> {
    const id = this.#calls++;
    const reply = new Promise<unknown>((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    this.#worker.postMessage({ id, call, values });
    const value = await reply;
    if (!check(value)) throw new Error(`${call} gave ${JSON.stringify(value)}`);
    return value;
  }

  async folder(name: string): Promise<void> {
    await this.#call('folder', isUndefined, name);
  }

  async open(path: string, options: { readonly create?: boolean } = {}): Promise<StoredFile> {
    const [id, size] = await this.#call('open', isPair, path, options.create);
    const sizes = this.#sizes.set(id, size);
    return {
      get size() {
        return sizes.get(id) ?? Number.NaN;
      },
      read: (start, end) => this.#call('read', isBytes, id, start, end),
      write: (start, bytes) => this.#call('write', isUndefined, id, start, bytes),
      truncate: async (length) => {
        await this.#call('truncate', isUndefined, id, length);
        sizes.set(id, length);
      },
      flush: () => this.#call('flush', isUndefined, id),
      [Symbol.asyncDispose]: () => this.#call('close', isUndefined, id),
    };
  }

  async openForReading(path: string): Promise<ReadableFile> {
    const [id, size] = await this.#call('openForReading', isPair, path);
    return { size, read: (start, end) => this.#call('readFrom', isBytes, id, start, end) };
  }

  list(folder?: string): Promise<readonly { readonly path: string; readonly size: number }[]> {
    return this.#call('list', isListing, folder);
  }

  remove(path: string): Promise<void> {
    return this.#call('remove', isUndefined, path);
  }

  estimate(): Promise<{ readonly usage: number; readonly quota: number }> {
    return this.#call('estimate', isEstimate);
  }

  [Symbol.dispose](): void {
    this.#worker.terminate();
  }
}

function isUndefined(value: unknown): value is undefined {
  return value === undefined;
}

function isPair(value: unknown): value is [number, number] {
  return Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === 'number');
}

function isBytes(value: unknown): value is Uint8Array<ArrayBuffer> {
  return value instanceof Uint8Array;
}

function isListing(value: unknown): value is { path: string; size: number }[] {
  return Array.isArray(value) && value.every((entry) => typeof entry.path === 'string' && typeof entry.size === 'number');
}

function isEstimate(value: unknown): value is { usage: number; quota: number } {
  return typeof value === 'object' && value !== null && 'usage' in value && 'quota' in value;
}
