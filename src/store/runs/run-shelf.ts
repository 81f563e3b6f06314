import type { RunRecord, StoredRun } from './stored-run.ts';

/** A run that is to be stored; its number is given by the shelf. */
export type NewRun = Omit<StoredRun, 'number' | 'name' | 'bytes' | 'deletedAt'> & {
  /** Null: by its number, "Run 3". */
  readonly name: string | null;
};

/** What a reader decides about a run; whoever records it does not touch these. */
export type RunEdit = Partial<Pick<StoredRun, 'name' | 'deletedAt'>>;

/** A piece of a run's events, packed. One that was written before under the same index is replaced. */
export interface Piece {
  readonly index: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Where runs are kept. Several tabs may use one: each call is done whole or not at all, and nothing is written to a run that is gone. */
export interface RunShelf {
  /** Whether it outlasts the page. */
  readonly lasting: boolean;
  /** In no order. */
  list(): Promise<readonly StoredRun[]>;
  /** With the pieces of its events that there are. */
  create(run: NewRun, pieces?: readonly Uint8Array<ArrayBuffer>[]): Promise<StoredRun>;
  /** What a run has come to, and a piece of its events; `bytes` of all its pieces. Null where the run is gone. */
  write(id: string, record: RunRecord, piece: Piece, bytes: number): Promise<StoredRun | null>;
  /** As {@link write}, with all its pieces anew: a run that goes on from an earlier place takes back what came after it. */
  rewrite(id: string, record: RunRecord, pieces: readonly Uint8Array<ArrayBuffer>[]): Promise<StoredRun | null>;
  /** Null where the run is gone. */
  edit(id: string, change: RunEdit): Promise<StoredRun | null>;
  /** In order; `from`: that one and those after it. */
  pieces(id: string, from?: number): Promise<readonly Uint8Array<ArrayBuffer>[]>;
  remove(id: string): Promise<void>;
}

/** The run as it is first stored. */
export const numbered = ({ name, ...run }: NewRun, number: number, bytes: number): StoredRun => ({ ...run, number, name: name ?? `Run ${number}`, bytes, deletedAt: null });

/** The stored run with what it has come to since. */
export const rewritten = (stored: StoredRun, record: RunRecord, bytes: number): StoredRun => ({ ...stored, ...record, bytes });

export const sizeOf = (pieces: readonly Uint8Array[]): number => pieces.reduce((sum, { length }) => sum + length, 0);

/** Where the browser stores nothing for the page: until the tab is closed. */
export class MemoryShelf implements RunShelf {
  readonly lasting = false;
  readonly #runs = new Map<string, { stored: StoredRun; readonly pieces: Uint8Array<ArrayBuffer>[] }>();

  async list(): Promise<readonly StoredRun[]> {
    return [...this.#runs.values()].map(({ stored }) => stored);
  }

  async create(run: NewRun, pieces: readonly Uint8Array<ArrayBuffer>[] = []): Promise<StoredRun> {
    const most = Math.max(0, ...[...this.#runs.values()].map(({ stored }) => stored.number));
    const stored = numbered(run, most + 1, sizeOf(pieces));
    this.#runs.set(run.id, { stored, pieces: [...pieces] });
    return stored;
  }

  async write(id: string, record: RunRecord, { index, bytes: piece }: Piece, bytes: number): Promise<StoredRun | null> {
    const entry = this.#runs.get(id);
    if (!entry) return null;
    entry.stored = rewritten(entry.stored, record, bytes);
    entry.pieces[index] = piece;
    return entry.stored;
  }

  async rewrite(id: string, record: RunRecord, pieces: readonly Uint8Array<ArrayBuffer>[]): Promise<StoredRun | null> {
    const entry = this.#runs.get(id);
    if (!entry) return null;
    entry.stored = rewritten(entry.stored, record, sizeOf(pieces));
    entry.pieces.splice(0, entry.pieces.length, ...pieces);
    return entry.stored;
  }

  async edit(id: string, change: RunEdit): Promise<StoredRun | null> {
    const entry = this.#runs.get(id);
    if (!entry) return null;
    entry.stored = { ...entry.stored, ...change };
    return entry.stored;
  }

  async pieces(id: string, from = 0): Promise<readonly Uint8Array<ArrayBuffer>[]> {
    return this.#runs.get(id)?.pieces.slice(from) ?? [];
  }

  async remove(id: string): Promise<void> {
    this.#runs.delete(id);
  }
}
