/** A file that was written once, whole, and never changed: what a checkpoint refers to. */
export interface StoredPart {
  /** Name within its checkpoint. */
  readonly name: string;
  readonly bytes: number;
  /** Of the whole file, as `run/checkpoints/file-hash.ts` makes it, hexadecimal. */
  readonly sha256: string;
}

/** Where such files are put; a checkpoint of a run has one. */
export interface PartStore {
  /**
   * Writes a file under a name that nothing had before (`stem` starts it) and returns when it would survive a crash. Throws the
   * errors of the storage, StorageFullError among them; nothing of the file is left then.
   */
  put(stem: string, pieces: Iterable<Uint8Array<ArrayBuffer>> | AsyncIterable<Uint8Array<ArrayBuffer>>): Promise<StoredPart>;
  /** The whole file, whose size and hash were checked. Throws CheckpointDamagedError, StoredFileMissingError. */
  read(part: StoredPart): Promise<Uint8Array<ArrayBuffer>>;
  /** Bytes `[start, end)` of a file; its size is checked, and its hash when it is first asked for. Throws as {@link read}. */
  readRange(part: StoredPart, start: number, end: number): Promise<Uint8Array<ArrayBuffer>>;
}
