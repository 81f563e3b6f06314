import { open, readdir, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { checkPath, checkRange, FileMissingError, FileUnreadableError } from '../sources/file-source.ts';
import type { FileSource, OpenOptions, SourceFile } from '../sources/file-source.ts';

/** Files of a folder on disk, read by ranges: a file of any size costs no more memory than the slice asked for. */
export class FolderSource implements FileSource {
  readonly name: string;
  readonly #root: string;

  constructor(root: string) {
    this.name = root;
    this.#root = root;
  }

  async open(path: string, { signal, onProgress }: OpenOptions = {}): Promise<SourceFile> {
    signal?.throwIfAborted();
    checkPath(this.name, path);
    const place = join(this.#root, path);
    const found = await stat(place).catch((cause: unknown) => {
      throw new FileMissingError(this.name, path, { cause });
    });
    if (!found.isFile()) throw new FileMissingError(this.name, path);
    onProgress?.(found.size, found.size);
    return {
      size: found.size,
      slice: async (start, end) => {
        checkRange(found.size, start, end);
        return this.#read(path, start, end);
      },
    };
  }

  async list(): Promise<readonly string[]> {
    const entries = await readdir(this.#root, { recursive: true, withFileTypes: true }).catch(() => []); // opening a file then says which is missing
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => relative(this.#root, join(entry.parentPath, entry.name)).split(sep).join('/'))
      .sort();
  }

  /** The handle lives only as long as one read, so none can leak. */
  async #read(path: string, start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = new Uint8Array(end - start);
    try {
      const handle = await open(join(this.#root, path), 'r');
      try {
        for (let done = 0; done < bytes.length; ) {
          const { bytesRead } = await handle.read(bytes, done, bytes.length - done, start + done);
          if (bytesRead === 0) throw new Error('it became shorter while it was read');
          done += bytesRead;
        }
      } finally {
        await handle.close();
      }
    } catch (cause) {
      throw new FileUnreadableError(this.name, path, cause instanceof Error ? cause.message : String(cause), { cause });
    }
    return bytes;
  }
}
