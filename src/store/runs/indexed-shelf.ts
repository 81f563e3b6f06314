import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import { numbered, rewritten, type NewRun, type Piece, type RunEdit, type RunShelf } from './run-shelf.ts';
import type { RunRecord, StoredRun } from './stored-run.ts';

interface Shelves extends DBSchema {
  runs: { key: string; value: StoredRun; indexes: { number: number } };
  pieces: { key: [run: string, index: number]; value: Uint8Array<ArrayBuffer> };
}

/** Keys of all pieces of a run: an array sorts after every number. */
const piecesOf = (id: string): IDBKeyRange => IDBKeyRange.bound([id, 0], [id, []], false, true);

/** Runs in the browser's IndexedDB. */
export class IndexedShelf implements RunShelf {
  readonly lasting = true;
  readonly #db: IDBPDatabase<Shelves>;

  private constructor(db: IDBPDatabase<Shelves>) {
    this.#db = db;
  }

  /** Throws what the browser throws where it stores nothing for the page. */
  static async open(name: string): Promise<IndexedShelf> {
    const db = await openDB<Shelves>(name, 1, {
      upgrade(fresh) {
        fresh.createObjectStore('runs', { keyPath: 'id' }).createIndex('number', 'number');
        fresh.createObjectStore('pieces');
      },
      // A tab with a newer version of the page wants to change the form: this one steps back.
      blocking: (_current, _blocked, event) => event.target instanceof IDBDatabase && event.target.close(),
    });
    return new IndexedShelf(db);
  }

  list(): Promise<readonly StoredRun[]> {
    return this.#db.getAll('runs');
  }

  async create(run: NewRun): Promise<StoredRun> {
    const change = this.#db.transaction('runs', 'readwrite');
    const last = await change.store.index('number').openCursor(null, 'prev');
    const stored = numbered(run, (last?.value.number ?? 0) + 1);
    await Promise.all([change.store.put(stored), change.done]);
    return stored;
  }

  async write(id: string, record: RunRecord, piece: Piece, bytes: number): Promise<StoredRun | null> {
    const change = this.#db.transaction(['runs', 'pieces'], 'readwrite');
    const before = await change.objectStore('runs').get(id);
    if (!before) return null;
    const stored = rewritten(before, record, bytes);
    await Promise.all([change.objectStore('runs').put(stored), change.objectStore('pieces').put(piece.bytes, [id, piece.index]), change.done]);
    return stored;
  }

  async edit(id: string, edit: RunEdit): Promise<StoredRun | null> {
    const change = this.#db.transaction('runs', 'readwrite');
    const before = await change.store.get(id);
    if (!before) return null;
    const stored = { ...before, ...edit };
    await Promise.all([change.store.put(stored), change.done]);
    return stored;
  }

  pieces(id: string): Promise<readonly Uint8Array<ArrayBuffer>[]> {
    return this.#db.getAll('pieces', piecesOf(id));
  }

  async remove(id: string): Promise<void> {
    const change = this.#db.transaction(['runs', 'pieces'], 'readwrite');
    await Promise.all([change.objectStore('runs').delete(id), change.objectStore('pieces').delete(piecesOf(id)), change.done]);
  }

  [Symbol.dispose](): void {
    this.#db.close();
  }
}
