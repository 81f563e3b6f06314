/** Files of the program's own: what was downloaded, and what does not fit in memory. OPFS in a browser, a folder in Node, memory in tests. */

/** A file open for reading and writing at any place. One handle at a time: whoever opened it closes it. */
export interface StoredFile extends AsyncDisposable {
  /** Bytes. */
  readonly size: number;
  /** Bytes `[start, end)`, exactly. Throws RangeError outside the file. */
  read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>>;
  /** Writes at `start`, which may be the end of the file. Throws StorageFullError; the file has the size that it had before, then. */
  write(start: number, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Cuts the file to `size` bytes. */
  truncate(size: number): Promise<void>;
  /** Returns when all that was written would survive a crash. */
  flush(): Promise<void>;
}

/** A file to read from. It holds no lock and no handle, so any number of readers (and tabs) may have it, and nothing needs closing. */
export interface ReadableFile {
  /** Bytes, when it was opened. */
  readonly size: number;
  /** Bytes `[start, end)`, exactly. Throws RangeError outside the file, StoredFileMissingError when the file changed or went meanwhile. */
  read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>>;
}

export interface StorageEstimate {
  /** Bytes that this site uses, and may use in all. */
  readonly usage: number;
  readonly quota: number;
}

/** A tree of files. Paths are relative, with `/` (see storage-checks.ts); folders come and go with their files. */
export interface Storage {
  /** For people, in errors. */
  readonly name: string;
  /** Opens a file, making it if `create` says so. Throws StoredFileMissingError, StorageBusyError. */
  open(path: string, options?: { readonly create?: boolean }): Promise<StoredFile>;
  /** Opens a file that nobody is writing, without a lock. Throws StoredFileMissingError. */
  openForReading(path: string): Promise<ReadableFile>;
  /** Every file under a folder (default: all), sorted by path. */
  list(folder?: string): Promise<readonly { readonly path: string; readonly size: number }[]>;
  /** Removes a file, or a folder with all that is in it; nothing happens where there is none. Throws StorageBusyError where one of them is open. */
  remove(path: string): Promise<void>;
  /** Null where the medium does not tell. */
  estimate(): Promise<StorageEstimate | null>;
}
