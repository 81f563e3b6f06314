import { mkdir, open, readdir, rm, stat, statfs } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { checkedParts, checkPlace, checkReadRange } from '../storage/storage-checks.ts';
import { StorageBusyError, StoredFileMissingError, StorageFullError } from '../storage/storage-errors.ts';
import type { ReadableFile, Storage, StorageEstimate, StoredFile } from '../storage/storage.ts';

/** Absolute paths open for writing in this process; Node has no locks on files, so other processes are not kept out. */
const opened = new Set<string>();

function hasCode(error: unknown, codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && codes.includes(error.code);
}

const MISSING = ['ENOENT', 'ENOTDIR', 'EISDIR'];
const FULL = ['ENOSPC', 'EDQUOT', 'EFBIG'];

async function readFully(handle: FileHandle, start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(end - start);
  for (let done = 0; done < bytes.length; ) {
    const { bytesRead } = await handle.read(bytes, done, bytes.length - done, start + done);
    if (bytesRead === 0) throw new Error('the file became shorter while it was read');
    done += bytesRead;
  }
  return bytes;
}

class FolderFile implements StoredFile {
  readonly #handle: FileHandle;
  readonly #place: string;
  readonly #full: (cause: unknown) => Error;
  #size: number;
  #closed = false;

  constructor(handle: FileHandle, place: string, size: number, full: (cause: unknown) => Error) {
    this.#handle = handle;
    this.#place = place;
    this.#size = size;
    this.#full = full;
  }

  #checkOpen(): void {
    if (this.#closed) throw new Error('this stored file is closed');
  }

  get size(): number {
    this.#checkOpen();
    return this.#size;
  }

  async read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
    this.#checkOpen();
    checkReadRange(this.#size, start, end);
    return readFully(this.#handle, start, end);
  }

  async write(start: number, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    this.#checkOpen();
    checkPlace(this.#size, start);
    try {
      for (let done = 0; done < bytes.length; ) {
        const { bytesWritten } = await this.#handle.write(bytes, done, bytes.length - done, start + done);
        done += bytesWritten;
        this.#size = Math.max(this.#size, start + done);
      }
    } catch (cause) {
      throw hasCode(cause, FULL) ? this.#full(cause) : cause;
    }
  }

  async truncate(size: number): Promise<void> {
    this.#checkOpen();
    checkPlace(this.#size, size);
    await this.#handle.truncate(size);
    this.#size = size;
  }

  async flush(): Promise<void> {
    this.#checkOpen();
    await this.#handle.sync();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    opened.delete(this.#place);
    await this.#handle.close();
  }
}

/** Files in a folder on disk, which is made when the first file is. */
export class FolderStorage implements Storage {
  readonly name: string;
  readonly #root: string;

  constructor(root: string) {
    this.name = root;
    this.#root = resolve(root);
  }

  #place(path: string): string {
    return join(this.#root, ...checkedParts(path));
  }

  async open(path: string, options: { readonly create?: boolean } = {}): Promise<StoredFile> {
    const place = this.#place(path);
    if (opened.has(place)) throw new StorageBusyError(this.name, path);
    opened.add(place);
    try {
      const handle = await this.#handle(place, options.create === true);
      const found = await handle.stat();
      return new FolderFile(handle, place, found.size, (cause) => new StorageFullError(this.name, path, { cause }));
    } catch (cause) {
      opened.delete(place);
      if (hasCode(cause, FULL)) throw new StorageFullError(this.name, path, { cause });
      throw hasCode(cause, MISSING) ? new StoredFileMissingError(this.name, path, { cause }) : cause;
    }
  }

  /** No open flag of Node both makes a missing file and leaves the content of one that is there writable in the middle. */
  async #handle(place: string, create: boolean): Promise<FileHandle> {
    try {
      return await open(place, 'r+');
    } catch (cause) {
      if (!create || !hasCode(cause, ['ENOENT'])) throw cause;
      await mkdir(dirname(place), { recursive: true });
      return open(place, 'w+');
    }
  }

  async openForReading(path: string): Promise<ReadableFile> {
    const place = this.#place(path);
    const found = await stat(place).catch((cause: unknown) => {
      throw hasCode(cause, MISSING) ? new StoredFileMissingError(this.name, path, { cause }) : cause;
    });
    if (!found.isFile()) throw new StoredFileMissingError(this.name, path);
    return { size: found.size, read: (start, end) => this.#read(path, found.size, found.mtimeMs, start, end) };
  }

  async #read(path: string, size: number, changed: number, start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
    checkReadRange(size, start, end);
    try {
      await using handle = await open(this.#place(path), 'r');
      const now = await handle.stat();
      if (now.size !== size || now.mtimeMs !== changed) throw new StoredFileMissingError(this.name, path);
      return await readFully(handle, start, end);
    } catch (cause) {
      throw hasCode(cause, MISSING) ? new StoredFileMissingError(this.name, path, { cause }) : cause;
    }
  }

  async list(folder?: string): Promise<readonly { readonly path: string; readonly size: number }[]> {
    const place = folder === undefined ? this.#root : this.#place(folder);
    const entries = await readdir(place, { recursive: true, withFileTypes: true }).catch((cause: unknown) => {
      if (hasCode(cause, MISSING)) return [];
      throw cause;
    });
    const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    const sized = await Promise.all(
      files.map(async (file) => ({ path: relative(this.#root, file).split(sep).join('/'), size: (await stat(file)).size })),
    );
    return sized.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  }

  async remove(path: string): Promise<void> {
    const place = this.#place(path);
    if ([...opened].some((file) => file === place || file.startsWith(place + sep))) throw new StorageBusyError(this.name, path);
    await rm(place, { recursive: true, force: true });
  }

  async estimate(): Promise<StorageEstimate | null> {
    await mkdir(this.#root, { recursive: true });
    const { bavail, bsize } = await statfs(this.#root);
    const usage = (await this.list()).reduce((sum, { size }) => sum + size, 0);
    return { usage, quota: usage + bavail * bsize };
  }
}
