import { StorageFullError } from './storage-errors.ts';
import type { Storage, StoredFile } from './storage.ts';

/** A storage over a real one whose disk can be full. */
export class FillingStorage implements Storage {
  full = false;
  readonly name: string;
  readonly #inner: Storage;

  constructor(inner: Storage) {
    this.#inner = inner;
    this.name = inner.name;
  }

  async open(path: string, options?: { readonly create?: boolean }): Promise<StoredFile> {
    const file = await this.#inner.open(path, options);
    const refuse = (): void => {
      if (this.full) throw new StorageFullError(this.name, path);
    };
    return {
      get size() {
        return file.size;
      },
      read: (start, end) => file.read(start, end),
      write: async (start, bytes) => {
        if (this.full) await file.write(start, bytes.subarray(0, bytes.length >> 1)); // a disk fills in the middle of a write
        refuse();
        await file.write(start, bytes);
      },
      truncate: (size) => file.truncate(size),
      flush: () => file.flush(),
      [Symbol.asyncDispose]: () => file[Symbol.asyncDispose](),
    };
  }

  openForReading = (path: string): ReturnType<Storage['openForReading']> => this.#inner.openForReading(path);
  list = (folder?: string): ReturnType<Storage['list']> => this.#inner.list(folder);
  remove = (path: string): Promise<void> => this.#inner.remove(path);
  estimate = (): ReturnType<Storage['estimate']> => this.#inner.estimate();
}
