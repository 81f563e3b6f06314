import { checkPath, checkRange, FileMissingError } from './file-source.ts';
import type { FileSource, OpenOptions, SourceFile } from './file-source.ts';

/** A file that is already in memory. `bytes` is kept, not copied; slices are copies. */
export function memoryFile(bytes: Uint8Array): SourceFile {
  return {
    size: bytes.length,
    slice: async (start, end) => {
      checkRange(bytes.length, start, end);
      return Uint8Array.from(bytes.subarray(start, end));
    },
  };
}

/** Files held in memory, by path. */
export class MemorySource implements FileSource {
  readonly name: string;
  readonly #files: ReadonlyMap<string, Uint8Array>;

  constructor(name: string, files: ReadonlyMap<string, Uint8Array>) {
    this.name = name;
    this.#files = files;
  }

  async open(path: string, { signal, onProgress }: OpenOptions = {}): Promise<SourceFile> {
    signal?.throwIfAborted();
    checkPath(this.name, path);
    const bytes = this.#files.get(path);
    if (!bytes) throw new FileMissingError(this.name, path);
    onProgress?.(bytes.length, bytes.length);
    return memoryFile(bytes);
  }

  async list(): Promise<readonly string[]> {
    return [...this.#files.keys()].sort();
  }
}
