import { ExplainedError } from '../../base/explained-error.ts';
import { partOf, tellShare, type Waiting } from '../../base/waiting.ts';
import type { RunEvent } from '../../run/run-events.ts';
import { parseEvents } from '../parse-events.ts';
import { IndexedShelf } from './indexed-shelf.ts';
import { newId } from './new-id.ts';
import { unpackPieces } from './pack-events.ts';
import { heldRuns } from './run-locks.ts';
import { MemoryShelf, type RunEdit, type RunShelf } from './run-shelf.ts';
import { packRun } from './run-writer.ts';
import { runsStore } from './runs-store.ts';
import type { StoredRun } from './stored-run.ts';
import { readStoredRun } from './stored-run-schema.ts';
import { notLasting } from './storage-problem.ts';
import { noteGoing } from '../storage/kept-note.ts';
import { isZip, readZipEntry } from './zip-entry.ts';

/** How long a deleted run can be brought back, in milliseconds. */
export const undoMilliseconds = 10_000;

const databaseName = 'darwinlm-runs';
/** Of the time that importing takes, reading is about so much. */
const readingShare = 0.6;

/** The file tells of a run that is in the library. */
export class AlreadyStoredError extends ExplainedError {
  readonly run: StoredRun;

  constructor(run: StoredRun) {
    super({
      what: `This run is stored already, as ${run.name}.`,
      means: 'It began in the same millisecond with the same seed. Nothing was imported.',
      remedy: 'Open that one; to import it again, delete it first.',
    });
    this.run = run;
  }
}

/** The stored runs, and all that can be done with them. Tells the runs' store, and other tabs, of every change. */
export class RunLibrary implements Disposable {
  readonly shelf: RunShelf;
  private readonly others: BroadcastChannel | null;

  constructor(shelf: RunShelf) {
    this.shelf = shelf;
    this.others = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(databaseName);
    this.others?.addEventListener('message', () => void this.refresh());
  }

  /** Hears other tabs no more. */
  [Symbol.dispose](): void {
    this.others?.close();
  }

  /** Reads the list anew; what was deleted long enough ago is removed. */
  async refresh(): Promise<void> {
    const [{ all, unread }, alive] = [await this.read(), await heldRuns()];
    const now = Date.now();
    const gone = all.filter(({ deletedAt }) => deletedAt !== null && now - deletedAt >= undoMilliseconds);
    await Promise.all(gone.map(({ id }) => this.remove(id)));
    const newest = all.filter((run) => !gone.includes(run)).toSorted((a, b) => b.number - a.number);
    runsStore.setState({ runs: newest.filter(({ deletedAt }) => deletedAt === null), deleted: newest.filter(({ deletedAt }) => deletedAt !== null), alive, unread });
    await this.look();
  }

  rename(id: string, name: string): Promise<void> {
    return this.edit(id, { name });
  }

  /** It can be brought back until it is removed for good. */
  async delete(id: string): Promise<void> {
    await this.edit(id, { deletedAt: Date.now() });
    setTimeout(() => void this.refresh(), undoMilliseconds + 50);
  }

  restore(id: string): Promise<void> {
    return this.edit(id, { deletedAt: null });
  }

  /** Everything that happened in a run. Throws DamagedRunError, WrongEventsError where another version wrote it, and why nobody waits any longer. */
  async events(id: string, waiting?: Waiting): Promise<readonly RunEvent[]> {
    return await parseEvents(unpackPieces(await this.shelf.pieces(id), waiting));
  }

  /** The same as a file. Throws DamagedRunError. */
  async log(id: string): Promise<Blob> {
    return await new Response(unpackPieces(await this.shelf.pieces(id)), { headers: { 'Content-Type': 'application/jsonl' } }).blob();
  }

  /**
   * Takes in the events of a run that somebody saved: events.jsonl, plain or gzip, or a ZIP that has it. Throws WrongEventsError,
   * NoZipEntryError, AlreadyStoredError, what the shelf throws, and why nobody waits any longer; then nothing was imported.
   */
  async import(file: Blob, name: string | null, waiting?: Waiting): Promise<StoredRun> {
    const stream = (packed: Blob) => streamOf(packed, waiting && partOf(waiting, 0, readingShare));
    const events = await parseEvents((await isZip(file)) ? await readZipEntry(file, 'events.jsonl', stream) : stream(file));
    const first = events.findLast((event) => event.type === 'run-started');
    if (!first) throw new TypeError('events that were read begin with run-started');
    const same = (await this.read()).all.find((run) => run.deletedAt === null && run.startedAt === first.startedAt && run.config.seed === first.config.seed);
    if (same) throw new AlreadyStoredError(same);
    const { record, pieces } = await packRun(events, waiting && partOf(waiting, readingShare, 1));
    const stored = await this.shelf.create({ ...record, id: newId(), name, origin: null, imported: true }, pieces);
    await this.tell();
    return stored;
  }

  /** Removes a run for good, without telling anybody. */
  async remove(id: string): Promise<void> {
    noteGoing('runs', id);
    await this.shelf.remove(id);
  }

  /** Shows a run as it is stored now, without reading the others anew. */
  show(run: StoredRun): void {
    const runs = runsStore.getState().runs ?? [];
    const known = runs.some(({ id }) => id === run.id);
    runsStore.setState({ runs: known ? runs.map((other) => (other.id === run.id ? run : other)) : [run, ...runs] });
    this.others?.postMessage(null);
  }

  /** Reads the list anew, here and in other tabs. */
  async tell(): Promise<void> {
    this.others?.postMessage(null);
    await this.refresh();
  }

  /** All that can be read; what cannot, as another version of the page writes it, is left where it is. */
  private async read(): Promise<{ readonly all: readonly StoredRun[]; readonly unread: number }> {
    const stored = await this.shelf.list();
    const all = stored.map(readStoredRun).filter((run) => run !== null);
    return { all, unread: stored.length - all.length };
  }

  private async edit(id: string, change: RunEdit): Promise<void> {
    await this.shelf.edit(id, change);
    await this.tell();
  }

  /** How much room there is. */
  private async look(): Promise<void> {
    if (!this.shelf.lasting || !('storage' in navigator)) return;
    try {
      const [{ usage, quota }, persisted] = await Promise.all([navigator.storage.estimate(), navigator.storage.persisted()]);
      runsStore.setState({ space: usage === undefined || quota === undefined ? null : { usage, quota }, persisted });
    } catch {
      // The browser does not tell. Runs are stored all the same.
    }
  }
}

/** Bytes of a file that are read at once: packed, they are some thousand events. A browser's own stream gives megabytes. */
const chunkBytes = 1 << 16;

/** The bytes of a file, none before they are asked for, with how many of them were read. */
function streamOf(file: Blob, waiting?: Waiting): ReadableStream<Uint8Array<ArrayBuffer>> {
  let read = 0;
  const pull = async (controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>): Promise<void> => {
    if (read >= file.size) return controller.close();
    tellShare(waiting, read / file.size);
    const chunk = file.slice(read, (read += chunkBytes));
    controller.enqueue(new Uint8Array(await chunk.arrayBuffer()));
  };
  return new ReadableStream({ pull }, { highWaterMark: 0 });
}

let library: Promise<RunLibrary> | null = null;

/** The library of this browser, read; in memory where the browser stores nothing. Throws what reading it throws. */
export function openLibrary(): Promise<RunLibrary> {
  library ??= open().catch((error: unknown) => {
    library = null; // so that it can be tried again
    throw error;
  });
  return library;
}

async function open(): Promise<RunLibrary> {
  const shelf = await IndexedShelf.open(databaseName).catch(() => new MemoryShelf());
  const opened = new RunLibrary(shelf);
  if (!shelf.lasting) runsStore.setState({ problem: notLasting });
  await opened.refresh();
  return opened;
}
