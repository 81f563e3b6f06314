import { checkedParts, checkReadRange } from './storage-checks.ts';
import { hasSyncAccess, StreamOpfsFile, SyncOpfsFile, type SyncAccessHandle, type SyncFileHandle } from './opfs-file.ts';
import { StorageBusyError, StoredFileMissingError, StorageFullError, StorageUnavailableError } from './storage-errors.ts';
import type { ReadableFile, Storage, StorageEstimate, StoredFile } from './storage.ts';

/** Files open without a lock of the browser's, in this thread. */
const openedStreams = new Set<string>();

function nameOf(error: unknown): string {
  return error instanceof Error || error instanceof DOMException ? error.name : '';
}

async function ignoreMissing<T>(found: Promise<T>): Promise<T | null> {
  try {
    return await found;
  } catch (cause) {
    if (['NotFoundError', 'TypeMismatchError'].includes(nameOf(cause))) return null;
    throw cause;
  }
}

/**
 * Files in the Origin Private File System, below one folder of it (https://fs.spec.whatwg.org). In a dedicated worker an open file is
 * locked against every other tab; on a page's own thread files can be read, and small ones written.
 * Throws {@link StorageUnavailableError} from every method where the browser has or gives none.
 */
export class OpfsStorage implements Storage {
  readonly name = "the browser's storage";
  readonly #folder: string;

  constructor(folder: string) {
    checkedParts(folder);
    this.#folder = folder;
  }

  #translate(path: string, cause: unknown): unknown {
    switch (nameOf(cause)) {
      case 'NotFoundError':
      case 'NotReadableError':
      case 'TypeMismatchError':
        return new StoredFileMissingError(this.name, path, { cause });
      case 'NoModificationAllowedError':
        return new StorageBusyError(this.name, path, { cause });
      case 'QuotaExceededError':
        return new StorageFullError(this.name, path, { cause });
      default:
        return cause;
    }
  }

  async #attempt<T>(path: string, action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (cause) {
      throw this.#translate(path, cause);
    }
  }

  async #root(): Promise<FileSystemDirectoryHandle> {
    if (typeof navigator === 'undefined' || !('storage' in navigator) || !('getDirectory' in navigator.storage)) {
      throw new StorageUnavailableError('it has no private file system, or the page is not served over https');
    }
    try {
      return await navigator.storage.getDirectory();
    } catch (cause) {
      throw new StorageUnavailableError(cause instanceof Error ? cause.message : String(cause), { cause });
    }
  }

  async #directory(parts: readonly string[], create: boolean): Promise<FileSystemDirectoryHandle> {
    let directory = await this.#root();
    for (const part of [...checkedParts(this.#folder), ...parts]) directory = await directory.getDirectoryHandle(part, { create });
    return directory;
  }

  async #file(path: string, create: boolean): Promise<FileSystemFileHandle> {
    const parts = checkedParts(path);
    const directory = await this.#directory(parts.slice(0, -1), create);
    return directory.getFileHandle(parts.at(-1) ?? '', { create });
  }

  async open(path: string, options: { readonly create?: boolean } = {}): Promise<StoredFile> {
    const translate = (cause: unknown): unknown => this.#translate(path, cause);
    const create = options.create === true;
    return this.#attempt(path, async () => {
      const handle = await this.#file(path, create);
      if (hasSyncAccess(handle)) return new SyncOpfsFile(await accessTo(handle, () => this.#file(path, create)), translate);
      const key = `${this.#folder}/${path}`;
      if (openedStreams.has(key)) throw new StorageBusyError(this.name, path);
      const content = await handle.getFile();
      openedStreams.add(key);
      return new StreamOpfsFile(handle, content, translate, () => openedStreams.delete(key));
    });
  }

  /** The file as the browser's own `File`: a view on the disk that can be cut, shown or sent to another thread without reading it. */
  async blob(path: string): Promise<File> {
    return this.#attempt(path, async () => (await this.#file(path, false)).getFile());
  }

  async openForReading(path: string): Promise<ReadableFile> {
    const blob = await this.blob(path);
    return {
      size: blob.size,
      read: async (start, end) => {
        checkReadRange(blob.size, start, end);
        return this.#attempt(path, async () => new Uint8Array(await blob.slice(start, end).arrayBuffer()));
      },
    };
  }

  async list(folder?: string): Promise<readonly { readonly path: string; readonly size: number }[]> {
    const parts = folder === undefined ? [] : checkedParts(folder);
    const start = await ignoreMissing(this.#directory(parts, false));
    if (!start) return [];
    const files: { path: string; size: number }[] = [];
    // What goes while it is looked at, as whoever else uses the storage removes it, is not there.
    const walk = async (directory: FileSystemDirectoryHandle, prefix: string): Promise<void> => {
      for await (const [name, handle] of directory.entries()) {
        if (isDirectory(handle)) await ignoreMissing(walk(handle, `${prefix}${name}/`));
        else if (isFile(handle)) {
          const file = await ignoreMissing(handle.getFile());
          if (file) files.push({ path: prefix + name, size: file.size });
        }
      }
    };
    await ignoreMissing(walk(start, parts.map((part) => `${part}/`).join('')));
    return files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  }

  async remove(path: string): Promise<void> {
    const parts = checkedParts(path);
    const key = `${this.#folder}/${path}`;
    if ([...openedStreams].some((open) => open === key || open.startsWith(`${key}/`))) throw new StorageBusyError(this.name, path);
    const directory = await ignoreMissing(this.#directory(parts.slice(0, -1), false));
    if (!directory) return;
    await this.#attempt(path, () => ignoreMissing(directory.removeEntry(parts.at(-1) ?? '', { recursive: true })));
  }

  async estimate(): Promise<StorageEstimate | null> {
    await this.#root();
    const { usage, quota } = await navigator.storage.estimate();
    return usage === undefined || quota === undefined ? null : { usage, quota };
  }
}

/** Opened for writing. Between its making and its opening another tab that clears up may have taken a new file away: it is made once more. */
async function accessTo(handle: SyncFileHandle, again: () => Promise<FileSystemFileHandle>): Promise<SyncAccessHandle> {
  try {
    return await handle.createSyncAccessHandle();
  } catch (cause) {
    if (nameOf(cause) !== 'NotFoundError') throw cause;
    const second = await again();
    if (!hasSyncAccess(second)) throw cause;
    return await second.createSyncAccessHandle();
  }
}

function isDirectory(handle: FileSystemHandle): handle is FileSystemDirectoryHandle {
  return handle.kind === 'directory';
}

function isFile(handle: FileSystemHandle): handle is FileSystemFileHandle {
  return handle.kind === 'file';
}
