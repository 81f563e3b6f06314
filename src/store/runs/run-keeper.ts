import type { RunEvent } from '../../run/run-events.ts';
import { beginRecord } from './record-event.ts';
import { newId } from './new-id.ts';
import type { RunLibrary } from './run-library.ts';
import { RunWriter } from './run-writer.ts';
import { runsStore, type Runs } from './runs-store.ts';
import { notLasting, whyNotWritten } from './storage-problem.ts';
import type { RunRecord, StoredRun } from './stored-run.ts';

/** Earlier runs whose events wait for room in the storage, at most: the oldest is given up beyond it. */
const mostOwed = 4;

/** An earlier run of which something is not written. */
interface Owed {
  /** Null where it is not in the library yet; else it has what it could not write. */
  readonly writer: RunWriter | null;
  /** For the library, where there is no writer. */
  readonly events: readonly RunEvent[];
}

/**
 * Keeps in the library what the engine says, run after run. Events that begin with the `run-started` of a run that is there already take
 * the place of all that was stored of it: it went on from an earlier place.
 */
export class RunKeeper {
  private readonly library: RunLibrary;
  private writer: RunWriter | null = null;
  /** Of a run for which there is no writer yet, because the storage refused it. */
  private waiting: RunEvent[] = [];
  /** Whether the writer has something that it could not write. */
  private behind = false;
  /** Oldest first. */
  private owed: readonly Owed[] = [];
  /** What runs are to be called, by their id, until they are in the library. */
  private readonly planned = new Map<string, Runs['planned']>();

  constructor(library: RunLibrary) {
    this.library = library;
  }

  /** Whether all was stored; what was not is tried again with what comes next. Never throws: the run goes on whatever the storage does. */
  async take(events: readonly RunEvent[]): Promise<boolean> {
    await this.attempt(() => this.settle());
    const runs = runsOf([...this.waiting, ...events]);
    this.waiting = [];
    for (const run of runs.length > 0 ? runs : [[]]) {
      if (this.waiting.length > 0) this.owe({ writer: null, events: this.waiting }, run);
      await this.attempt(() => this.store(run));
    }
    return this.waiting.length === 0 && !this.behind && this.owed.length === 0;
  }

  /** The reader ended the run before it came to anything of its own accord. */
  async cancel(): Promise<void> {
    const { writer } = this;
    this.close();
    this.waiting = [];
    this.behind = false;
    if (!writer) return;
    if (writer.generations > 0) await writer.end();
    else await this.library.remove(writer.id);
    await this.library.tell();
  }

  /** The reader left the run where it is saved, to go on later. */
  leave(): void {
    if (this.behind && this.writer) this.owe({ writer: this.writer, events: [] });
    this.close();
  }

  private async attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      runsStore.setState({ problem: whyNotWritten(error) });
    }
  }

  private async store(events: readonly RunEvent[]): Promise<void> {
    const [first] = events;
    this.waiting = [...events];
    const again = first?.type === 'run-started' && (await this.begin(first));
    const stored = again ? await this.writer?.rewrite(events) : await this.append(events);
    this.waiting = [];
    this.behind = false;
    if (stored) this.show(stored);
    else this.close(); // deleted meanwhile, by another tab
  }

  private async append(events: readonly RunEvent[]): Promise<StoredRun | null> {
    this.waiting = [];
    if (!this.writer) return null;
    this.behind = true; // from here on the writer has them, and keeps what it could not write
    return await this.writer.append(events);
  }

  /** Whether the run is in the library already. */
  private async begin(event: RunStarted): Promise<boolean> {
    const { shelf } = this.library;
    const id = event.run ?? newId();
    const planned = this.takePlanned(id);
    const again = (await shelf.list()).some((run) => run.id === id);
    if (!again || this.writer?.id !== id) {
      if (this.behind && this.writer) this.owe({ writer: this.writer, events: [] });
      this.close();
    }
    const record = beginRecord(event);
    if (!again) await this.create(id, record, planned);
    this.writer ??= new RunWriter(shelf, id, record);
    runsStore.setState({ recording: id, alive: new Set([...runsStore.getState().alive, id]) });
    return again;
  }

  private async create(id: string, record: RunRecord, planned: Runs['planned']): Promise<void> {
    this.library.show(await this.library.shelf.create({ ...record, id, name: planned?.name ?? null, origin: planned?.origin ?? null, imported: false }));
    this.planned.delete(id);
  }

  /** What was planned for the run that begins is its own, also when it is stored after others have begun. */
  private takePlanned(id: string): Runs['planned'] {
    const { planned } = runsStore.getState();
    if (!this.planned.has(id)) {
      this.planned.set(id, planned);
      runsStore.setState({ planned: null });
    }
    return this.planned.get(id) ?? null;
  }

  /** Keeps what is not written of a run while `next` is stored; that of the same run takes its place. */
  private owe(owed: Owed, next: readonly RunEvent[] = []): void {
    const [[mine], [theirs]] = [owed.events, next];
    const same = mine?.type === 'run-started' && theirs?.type === 'run-started' && mine.run !== undefined && mine.run === theirs.run;
    if (!same) this.owed = [...this.owed, owed].slice(-mostOwed);
  }

  /** Writes what earlier runs wait with. Throws what the shelf throws; what is left is tried again. */
  private async settle(): Promise<void> {
    for (const owed of this.owed) {
      const writer = owed.writer ?? (await this.beginOwed(owed));
      const stored = await writer.append([]);
      this.owed = this.owed.filter((other) => other.writer !== writer);
      if (stored) this.show(stored);
    }
  }

  /** Puts an earlier run into the library; its events pass to the writer. */
  private async beginOwed(owed: Owed): Promise<RunWriter> {
    const [first] = owed.events;
    if (first?.type !== 'run-started') throw new TypeError('a run begins with run-started');
    const id = first.run ?? newId();
    const record = beginRecord(first);
    await this.create(id, record, this.planned.get(id) ?? null);
    const writer = new RunWriter(this.library.shelf, id, record);
    this.owed = this.owed.map((other) => (other === owed ? { writer, events: [] } : other));
    await writer.append(owed.events);
    return writer;
  }

  private show(stored: StoredRun): void {
    this.library.show(stored);
    runsStore.setState({ problem: this.library.shelf.lasting ? null : notLasting });
  }

  private close(): void {
    this.writer = null;
    this.behind = false;
    runsStore.setState({ recording: null });
  }
}

type RunStarted = Extract<RunEvent, { type: 'run-started' }>;

/** Events cut where a run begins. */
function runsOf(events: readonly RunEvent[]): RunEvent[][] {
  const runs: RunEvent[][] = [];
  for (const event of events) {
    const last = runs.at(-1);
    if (last && event.type !== 'run-started') last.push(event);
    else runs.push([event]);
  }
  return runs;
}
