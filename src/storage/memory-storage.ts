import { checkedParts, checkPlace, checkReadRange } from './storage-checks.ts';
import { StorageBusyError, StoredFileMissingError, StorageFullError } from './storage-errors.ts';
import type { ReadableFile, Storage, StorageEstimate, StoredFile } from './storage.ts';

export interface MemoryStorageOptions {
  readonly name?: string;
  /** Bytes of all files together; writing beyond them throws StorageFullError. Default: no limit. */
  readonly quota?: number;
}

interface MemoryEntry {
  /** At least `size` long: it grows by doubling. */
  buffer: Uint8Array<ArrayBuffer>;
  size: number;
  open: boolean;
  /** Counts changes, for readers that hold no lock. */
  version: number;
}

class MemoryFile implements StoredFile {
  #entry: MemoryEntry | null;
  readonly #reserve: (more: number) => void;

  constructor(entry: MemoryEntry, reserve: (more: number) => void) {
    this.#entry = entry;
    this.#reserve = reserve;
  }

  #opened(): MemoryEntry {
    if (!this.#entry) throw new Error('this stored file is closed');
    return this.#entry;
  }

  get size(): number {
    return this.#opened().size;
  }

  async read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
    const entry = this.#opened();
    checkReadRange(entry.size, start, end);
    return entry.buffer.slice(start, end);
  }

  async write(start: number, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const entry = this.#opened();
    checkPlace(entry.size, start);
    const end = start + bytes.length;
    if (end > entry.size) this.#reserveOrTear(entry, start, bytes);
    if (end > entry.buffer.length) {
      const grown = new Uint8Array(Math.max(end, 2 * entry.buffer.length));
      grown.set(entry.buffer.subarray(0, entry.size));
      entry.buffer = grown;
    }
    entry.buffer.set(bytes, start);
    entry.size = Math.max(entry.size, end);
    entry.version += 1;
  }

  /** Where there is no room, what lies within the file is overwritten all the same: as disks do it, so that nobody relies on more. */
  #reserveOrTear(entry: MemoryEntry, start: number, bytes: Uint8Array<ArrayBuffer>): void {
    try {
      this.#reserve(start + bytes.length - entry.size);
    } catch (error) {
      entry.buffer.set(bytes.subarray(0, entry.size - start), start);
      entry.version += 1;
      throw error;
    }
  }

  async truncate(size: number): Promise<void> {
    const entry = this.#opened();
    checkPlace(entry.size, size);
    entry.size = size;
    entry.version += 1;
  }

  async flush(): Promise<void> {
    this.#opened();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#entry) this.#entry.open = false;
    this.#entry = null;
  }
}

/** Files in memory, for tests: they last as long as this object. A real quota can be given, to fill it up. */
export class MemoryStorage implements Storage {
  readonly name: string;
  readonly #quota: number | null;
  readonly #entries = new Map<string, MemoryEntry>();

  constructor(options: MemoryStorageOptions = {}) {
    this.name = options.name ?? 'memory';
    this.#quota = options.quota ?? null;
  }

  get #usage(): number {
    return [...this.#entries.values()].reduce((sum, { size }) => sum + size, 0);
  }

  async open(path: string, options: { readonly create?: boolean } = {}): Promise<StoredFile> {
    checkedParts(path);
    let entry = this.#entries.get(path);
    if (entry?.open) throw new StorageBusyError(this.name, path);
    if (!entry) {
      if (options.create !== true) throw new StoredFileMissingError(this.name, path);
      entry = { buffer: new Uint8Array(0), size: 0, open: false, version: 0 };
      this.#entries.set(path, entry);
    }
    entry.open = true;
    return new MemoryFile(entry, (more) => {
      if (this.#quota !== null && this.#usage + more > this.#quota) throw new StorageFullError(this.name, path);
    });
  }

  async openForReading(path: string): Promise<ReadableFile> {
    checkedParts(path);
    const entry = this.#entries.get(path);
    if (!entry) throw new StoredFileMissingError(this.name, path);
    const { size, version } = entry;
    return {
      size,
      read: async (start, end) => {
        checkReadRange(size, start, end);
        if (this.#entries.get(path) !== entry || entry.version !== version) throw new StoredFileMissingError(this.name, path);
        return entry.buffer.slice(start, end);
      },
    };
  }

  async list(folder?: string): Promise<readonly { readonly path: string; readonly size: number }[]> {
    if (folder !== undefined) checkedParts(folder);
    return [...this.#entries]
      .filter(([path]) => folder === undefined || path.startsWith(`${folder}/`))
      .map(([path, { size }]) => ({ path, size }))
      .toSorted((a, b) => (a.path < b.path ? -1 : 1));
  }

  async remove(path: string): Promise<void> {
    checkedParts(path);
    const doomed = [...this.#entries].filter(([key]) => key === path || key.startsWith(`${path}/`));
    const busy = doomed.find(([, { open }]) => open);
    if (busy) throw new StorageBusyError(this.name, busy[0]);
    for (const [key] of doomed) this.#entries.delete(key);
  }

  async estimate(): Promise<StorageEstimate | null> {
    return this.#quota === null ? null : { usage: this.#usage, quota: this.#quota };
  }
}
