import type { Storage } from '../storage/storage.ts';
import { checkPath, checkRange, FileMissingError, FileUnreadableError } from './file-source.ts';
import type { FileSource, OpenOptions, SourceFile } from './file-source.ts';
import type { ModelAbout } from './model-about.ts';
import { modelFolder, storedPath } from './stored-record.ts';
import type { StoredRecord } from './stored-record.ts';

/** A stored model's files, read by slices and without locks, so that several tabs can have it. No network. */
export class StoredSource implements FileSource {
  readonly name: string;
  readonly about: ModelAbout;
  readonly #storage: Storage;
  readonly #record: StoredRecord;

  constructor(storage: Storage, record: StoredRecord) {
    this.name = `${record.about.name} in ${storage.name}`;
    this.about = record.about;
    this.#storage = storage;
    this.#record = record;
  }

  async open(path: string, { signal, onProgress }: OpenOptions = {}): Promise<SourceFile> {
    signal?.throwIfAborted();
    checkPath(this.name, path);
    const entry = this.#record.files.find((file) => file.path === path);
    if (!entry) throw new FileMissingError(this.name, path);
    const place = storedPath(modelFolder(this.#record.model), path);
    const file = await this.#attempt(path, () => this.#storage.openForReading(place));
    if (file.size !== entry.size) throw new FileUnreadableError(this.name, path, 'its size is not what was stored');
    onProgress?.(file.size, file.size);
    return {
      size: file.size,
      slice: async (start, end) => {
        checkRange(file.size, start, end);
        return this.#attempt(path, () => file.read(start, end));
      },
    };
  }

  async list(): Promise<readonly string[]> {
    return this.#record.files.map(({ path }) => path).sort();
  }

  async #attempt<T>(path: string, action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (cause) {
      throw new FileUnreadableError(this.name, path, cause instanceof Error ? cause.message : String(cause), { cause });
    }
  }
}
