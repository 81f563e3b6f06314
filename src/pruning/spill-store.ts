import { MemoryStorage } from '../storage/memory-storage.ts';
import { StorageBusyError } from '../storage/storage-errors.ts';
import type { Storage, StoredFile } from '../storage/storage.ts';

/** Folder of the storage that holds what runs put aside. */
export const scratchFolder = 'scratch';

export interface SpillStoreOptions {
  /** Starts the file's name; the rest is drawn, so that two runs never share a file. */
  readonly name: string;
  /** Where what does not fit goes; nothing is asked of it before that. */
  readonly storage: Storage;
  /** Bytes that are kept in memory. */
  readonly memoryBytes: number;
}

/** Bytes that a {@link SpillStore} keeps. */
export interface Piece {
  readonly bytes: number;
  /** What of it is in memory; else its place in the file. */
  kept: Uint8Array<ArrayBuffer> | { readonly start: number } | null;
}

/**
 * Bytes put aside: in memory until a budget is spent, then in one file of a storage, which is made when it is first
 * needed and removed with the store. Pieces may be put and read by several at once. Dispose it when nothing is under way.
 */
export class SpillStore implements AsyncDisposable {
  readonly #options: SpillStoreOptions;
  #file: StoredFile | null = null;
  #path: string | null = null;
  /** Writes one after the other: each starts at the end that the one before left. */
  #writing: Promise<unknown> = Promise.resolve();
  #memoryBytes = 0;
  #fileBytes = 0;
  #disposed = false;

  constructor(options: SpillStoreOptions) {
    this.#options = options;
  }

  /** A store that keeps everything in memory. */
  static inMemory(name: string): SpillStore {
    return new SpillStore({ name, storage: new MemoryStorage(), memoryBytes: Infinity });
  }

  /** Bytes in memory. */
  get memoryBytes(): number {
    return this.#memoryBytes;
  }

  /** Bytes of the file. */
  get fileBytes(): number {
    return this.#fileBytes;
  }

  /**
   * Keeps pieces, all of them or, where one fails, none; side by side where they go to the file. The arrays pass to the
   * store. Throws the errors of the storage, StorageFullError among them; what was put before stays readable.
   */
  async put(parts: readonly Uint8Array<ArrayBuffer>[]): Promise<Piece[]> {
    return this.putInMemory(parts) ?? (await this.#inTurn(() => this.#append(parts)));
  }

  /** Keeps pieces in memory, or none of them and returns null where they do not fit the budget. The arrays pass to the store. */
  putInMemory(parts: readonly Uint8Array<ArrayBuffer>[]): Piece[] | null {
    this.#checkOpen();
    const bytes = parts.reduce((sum, { length }) => sum + length, 0);
    if (this.#memoryBytes + bytes > this.#options.memoryBytes) return null;
    this.#memoryBytes += bytes;
    return parts.map((part) => ({ bytes: part.length, kept: part }));
  }

  /** Bytes of a piece, a copy. Throws RangeError for a piece that was dropped, and the errors of the storage. */
  async read(piece: Piece): Promise<Uint8Array<ArrayBuffer>> {
    this.#checkOpen();
    if (piece.kept === null) throw new RangeError('this piece was dropped');
    if (piece.kept instanceof Uint8Array) return piece.kept.slice();
    if (this.#file === null) throw new RangeError('this piece belongs to another store');
    return await this.#file.read(piece.kept.start, piece.kept.start + piece.bytes);
  }

  /** Bytes of a piece that is dropped with this: those in memory pass to the caller without a copy. Throws as {@link read}. */
  async take(piece: Piece): Promise<Uint8Array<ArrayBuffer>> {
    this.#checkOpen();
    const { kept } = piece;
    const bytes = kept instanceof Uint8Array ? kept : await this.read(piece);
    this.drop(piece);
    return bytes;
  }

  /** Overwrites a piece with as many bytes, which pass to the store. */
  async replace(piece: Piece, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    this.#checkOpen();
    const { kept } = piece;
    if (kept === null || bytes.length !== piece.bytes) throw new RangeError(`${bytes.length} bytes in place of ${piece.bytes}`);
    if (kept instanceof Uint8Array) piece.kept = bytes;
    else await this.#inTurn(async () => this.#file?.write(kept.start, bytes));
  }

  /** Gives a piece's memory back; in the file its place stays taken. Dropping twice is once. */
  drop(piece: Piece): void {
    if (piece.kept instanceof Uint8Array) this.#memoryBytes -= piece.bytes;
    piece.kept = null;
  }

  /** Removes the file. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    await this.#writing.catch(() => {});
    const [file, path] = [this.#file, this.#path];
    [this.#file, this.#path] = [null, null];
    await file?.[Symbol.asyncDispose]();
    if (path !== null) await this.#options.storage.remove(path);
  }

  #checkOpen(): void {
    if (this.#disposed) throw new RangeError(`the store of ${this.#options.name} was disposed`);
  }

  /** Runs after what was asked before, whether that succeeded or not. */
  #inTurn<Outcome>(work: () => Promise<Outcome>): Promise<Outcome> {
    const turn = this.#writing.then(work, work);
    this.#writing = turn.catch(() => {});
    return turn;
  }

  async #append(parts: readonly Uint8Array<ArrayBuffer>[]): Promise<Piece[]> {
    const file = await this.#opened();
    const start = this.#fileBytes;
    let end = start;
    const pieces: Piece[] = [];
    try {
      for (const part of parts) {
        await file.write(end, part);
        pieces.push({ bytes: part.length, kept: { start: end } });
        end += part.length;
      }
    } catch (error) {
      await file.truncate(start);
      throw error;
    }
    this.#fileBytes = end;
    return pieces;
  }

  async #opened(): Promise<StoredFile> {
    this.#checkOpen();
    if (this.#file !== null) return this.#file;
    const { storage, name } = this.#options;
    const path = `${scratchFolder}/${name}-${crypto.randomUUID()}`;
    this.#file = await storage.open(path, { create: true });
    this.#path = path;
    return this.#file;
  }
}

/**
 * Removes what runs left behind that ended without clearing up (a closed tab, a killed process). What a living run uses
 * is open and stays. Throws the errors of the storage.
 */
export async function removeLeftovers(storage: Storage): Promise<void> {
  for (const { path } of await storage.list(scratchFolder)) {
    try {
      await storage.remove(path);
    } catch (error) {
      if (!(error instanceof StorageBusyError)) throw error;
    }
  }
}
