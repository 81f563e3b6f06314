import { checkPlace, checkReadRange } from './storage-checks.ts';
import type { StoredFile } from './storage.ts';

/** What TypeScript's DOM library leaves out because it exists in dedicated workers only: https://fs.spec.whatwg.org/#api-filesystemsyncaccesshandle */
export interface SyncAccessHandle {
  read(buffer: Uint8Array<ArrayBuffer>, options: { readonly at: number }): number;
  write(buffer: Uint8Array<ArrayBuffer>, options: { readonly at: number }): number;
  truncate(size: number): void;
  getSize(): number;
  flush(): void;
  close(): void;
}

export interface SyncFileHandle extends FileSystemFileHandle {
  createSyncAccessHandle(): Promise<SyncAccessHandle>;
}

export function hasSyncAccess(handle: FileSystemFileHandle): handle is SyncFileHandle {
  return 'createSyncAccessHandle' in handle;
}

/** Turns what the browser throws into one of storage-errors.ts. */
export type Translate = (cause: unknown) => unknown;

/** A short write has no error of its own. */
function quotaError(): DOMException {
  return new DOMException('not all bytes were written', 'QuotaExceededError');
}

/** A file under the browser's exclusive lock, read and written in place. Dedicated workers only. */
export class SyncOpfsFile implements StoredFile {
  #access: SyncAccessHandle | null;
  readonly #translate: Translate;

  constructor(access: SyncAccessHandle, translate: Translate) {
    this.#access = access;
    this.#translate = translate;
  }

  #opened(): SyncAccessHandle {
    if (!this.#access) throw new Error('this stored file is closed');
    return this.#access;
  }

  #attempt<T>(action: () => T): T {
    try {
      return action();
    } catch (cause) {
      throw this.#translate(cause);
    }
  }

  get size(): number {
    return this.#opened().getSize();
  }

  async read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
    const access = this.#opened();
    checkReadRange(access.getSize(), start, end);
    const bytes = new Uint8Array(end - start);
    for (let done = 0; done < bytes.length; ) {
      const count = this.#attempt(() => access.read(bytes.subarray(done), { at: start + done }));
      if (count === 0) throw new Error('the stored file ended before its size');
      done += count;
    }
    return bytes;
  }

  async write(start: number, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const access = this.#opened();
    const before = access.getSize();
    checkPlace(before, start);
    this.#attempt(() => {
      try {
        const count = access.write(bytes, { at: start });
        // Seen in headless Chromium: bytes count as written that the quota cut off. Only the size tells.
        if (count < bytes.length || access.getSize() < start + bytes.length) throw quotaError();
      } catch (cause) {
        this.#cutBack(access, before);
        throw cause;
      }
    });
  }

  /** Takes away what a write that failed has added: nobody has checked it. */
  #cutBack(access: SyncAccessHandle, size: number): void {
    try {
      if (access.getSize() > size) access.truncate(size);
    } catch {
      // The first failure is the one to tell.
    }
  }

  async truncate(size: number): Promise<void> {
    const access = this.#opened();
    checkPlace(access.getSize(), size);
    this.#attempt(() => access.truncate(size));
  }

  async flush(): Promise<void> {
    const access = this.#opened();
    this.#attempt(() => access.flush());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#access?.close();
    this.#access = null;
  }
}

/**
 * The same where there are no synchronous handles (a page's own thread): every write is a transaction of the browser's that copies
 * the file, so this is for small files.
 */
export class StreamOpfsFile implements StoredFile {
  readonly #handle: FileSystemFileHandle;
  readonly #translate: Translate;
  readonly #release: () => void;
  #content: File;
  #closed = false;

  constructor(handle: FileSystemFileHandle, content: File, translate: Translate, release: () => void) {
    this.#handle = handle;
    this.#content = content;
    this.#translate = translate;
    this.#release = release;
  }

  #checkOpen(): void {
    if (this.#closed) throw new Error('this stored file is closed');
  }

  get size(): number {
    this.#checkOpen();
    return this.#content.size;
  }

  async read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
    this.#checkOpen();
    checkReadRange(this.#content.size, start, end);
    try {
      return new Uint8Array(await this.#content.slice(start, end).arrayBuffer());
    } catch (cause) {
      throw this.#translate(cause);
    }
  }

  async #change(write: (stream: FileSystemWritableFileStream) => Promise<void>): Promise<void> {
    try {
      const stream = await this.#handle.createWritable({ keepExistingData: true });
      try {
        await write(stream);
        await stream.close();
      } catch (cause) {
        await stream.abort().catch(() => undefined);
        throw cause;
      }
      this.#content = await this.#handle.getFile();
    } catch (cause) {
      throw this.#translate(cause);
    }
  }

  async write(start: number, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    this.#checkOpen();
    checkPlace(this.#content.size, start);
    await this.#change((stream) => stream.write({ type: 'write', position: start, data: bytes }));
  }

  async truncate(size: number): Promise<void> {
    this.#checkOpen();
    checkPlace(this.#content.size, size);
    await this.#change((stream) => stream.truncate(size));
  }

  async flush(): Promise<void> {
    this.#checkOpen();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#closed) this.#release();
    this.#closed = true;
  }
}
