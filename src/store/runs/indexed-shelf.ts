import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import { numbered, rewritten, sizeOf, type NewRun, type Piece, type RunEdit, type RunShelf } from './run-shelf.ts';
import type { RunRecord, StoredRun } from './stored-run.ts';

interface Shelves extends DBSchema {
  runs: { key: string; value: StoredRun; indexes: { number: number } };
  pieces: { key: [run: string, index: number]; value: Uint8Array<ArrayBuffer> };
}

type Database = IDBPDatabase<Shelves>;

/** Keys of a run's pieces from one on: an array sorts after every number. */
const piecesOf = (id: string, from = 0): IDBKeyRange => IDBKeyRange.bound([id, from], [id, []], false, true);

/** The connection was closed under whoever used it: another version of the page, or the browser that cleared it. */
const isClosed = (error: unknown): boolean => error instanceof DOMException && error.name === 'InvalidStateError';

/** Runs in the browser's IndexedDB. */
export class IndexedShelf implements RunShelf {
  readonly lasting = true;
  readonly #name: string;
  #opened: Promise<Database> | null = null;

  private constructor(name: string) {
    this.#name = name;
  }

  /** Throws what the browser throws where it stores nothing for the page. */
  static async open(name: string): Promise<IndexedShelf> {
    const shelf = new IndexedShelf(name);
    await shelf.#database();
    return shelf;
  }

  /** The connection; another where the last one was closed. Throws VersionError where a newer page has changed the form. */
  #database(): Promise<Database> {
    const opening = (this.#opened ??= openDB<Shelves>(this.#name, 1, {
      upgrade(fresh) {
        fresh.createObjectStore('runs', { keyPath: 'id' }).createIndex('number', 'number');
        fresh.createObjectStore('pieces');
      },
      // A tab with a newer version of the page wants to change the form: this one steps back.
      blocking: () => this.#close(opening),
      terminated: () => this.#forget(opening),
    }));
    opening.catch(() => this.#forget(opening)); // so that it can be tried again
    return opening;
  }

  #forget(which: Promise<Database>): void {
    if (this.#opened === which) this.#opened = null;
  }

  #close(which: Promise<Database>): void {
    this.#forget(which);
    void which.then((db) => db.close(), () => undefined);
  }

  /** Does it once more on another connection where this one was closed meanwhile: a transaction that did not begin changed nothing. */
  async #with<T>(work: (db: Database) => Promise<T>): Promise<T> {
    const opening = this.#database();
    try {
      return await work(await opening);
    } catch (error) {
      if (!isClosed(error)) throw error;
      this.#forget(opening);
      return await work(await this.#database());
    }
  }

  list(): Promise<readonly StoredRun[]> {
    return this.#with((db) => db.getAll('runs'));
  }

  create(run: NewRun, pieces: readonly Uint8Array<ArrayBuffer>[] = []): Promise<StoredRun> {
    return this.#with(async (db) => {
      const change = db.transaction(['runs', 'pieces'], 'readwrite');
      const [runs, store] = [change.objectStore('runs'), change.objectStore('pieces')];
      const last = await runs.index('number').openCursor(null, 'prev');
      const stored = numbered(run, (last?.value.number ?? 0) + 1, sizeOf(pieces));
      await Promise.all([runs.put(stored), ...pieces.map((piece, index) => store.put(piece, [run.id, index])), change.done]);
      return stored;
    });
  }

  write(id: string, record: RunRecord, piece: Piece, bytes: number): Promise<StoredRun | null> {
    return this.#with(async (db) => {
      const change = db.transaction(['runs', 'pieces'], 'readwrite');
      const before = await change.objectStore('runs').get(id);
      if (!before) return null;
      const stored = rewritten(before, record, bytes);
      await Promise.all([change.objectStore('runs').put(stored), change.objectStore('pieces').put(piece.bytes, [id, piece.index]), change.done]);
      return stored;
    });
  }

  rewrite(id: string, record: RunRecord, pieces: readonly Uint8Array<ArrayBuffer>[]): Promise<StoredRun | null> {
    return this.#with(async (db) => {
      const change = db.transaction(['runs', 'pieces'], 'readwrite');
      const before = await change.objectStore('runs').get(id);
      if (!before) return null;
      const stored = rewritten(before, record, sizeOf(pieces));
      const store = change.objectStore('pieces');
      await Promise.all([change.objectStore('runs').put(stored), store.delete(piecesOf(id)), ...pieces.map((piece, index) => store.put(piece, [id, index])), change.done]);
      return stored;
    });
  }

  edit(id: string, edit: RunEdit): Promise<StoredRun | null> {
    return this.#with(async (db) => {
      const change = db.transaction('runs', 'readwrite');
      const before = await change.store.get(id);
      if (!before) return null;
      const stored = { ...before, ...edit };
      await Promise.all([change.store.put(stored), change.done]);
      return stored;
    });
  }

  pieces(id: string, from = 0): Promise<readonly Uint8Array<ArrayBuffer>[]> {
    return this.#with((db) => db.getAll('pieces', piecesOf(id, from)));
  }

  remove(id: string): Promise<void> {
    return this.#with(async (db) => {
      const change = db.transaction(['runs', 'pieces'], 'readwrite');
      await Promise.all([change.objectStore('runs').delete(id), change.objectStore('pieces').delete(piecesOf(id)), change.done]);
    });
  }

  [Symbol.dispose](): void {
    if (this.#opened) this.#close(this.#opened);
  }
}
