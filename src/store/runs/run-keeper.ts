import type { RunEvent } from '../../run/run-events.ts';
import { beginRecord } from './record-event.ts';
import { newId, type RunLibrary } from './run-library.ts';
import { holdRun } from './run-locks.ts';
import { RunWriter } from './run-writer.ts';
import { runsStore } from './runs-store.ts';
import { notLasting, whyNotWritten } from './storage-problem.ts';
import type { StoredRun } from './stored-run.ts';

const askedKey = 'asked-to-keep-runs';

/** Once in the life of this browser: a second question would not change the answer. */
async function askToKeep(): Promise<void> {
  try {
    if (localStorage.getItem(askedKey) !== null) return;
    localStorage.setItem(askedKey, 'yes');
    runsStore.setState({ persisted: await navigator.storage.persist() });
  } catch {
    // Nothing is promised then.
  }
}

/** Keeps in the library what the engine says, run after run. */
export class RunKeeper {
  private readonly library: RunLibrary;
  private writer: RunWriter | null = null;
  private lock: ReturnType<typeof holdRun> | null = null;
  /** Of a run for which there is no writer yet, because the storage refused it. */
  private waiting: RunEvent[] = [];
  /** Whether the writer has something that it could not write. */
  private behind = false;

  constructor(library: RunLibrary) {
    this.library = library;
  }

  /** Whether all was stored; what was not is tried again with what comes next. Never throws: the run goes on whatever the storage does. */
  async take(events: readonly RunEvent[]): Promise<boolean> {
    const runs = runsOf([...this.waiting, ...events]);
    for (const run of runs.length > 0 ? runs : [[]]) {
      try {
        await this.store(run);
      } catch (error) {
        runsStore.setState({ problem: whyNotWritten(error) });
      }
    }
    return this.waiting.length === 0 && !this.behind;
  }

  /** The reader ended the run before it came to anything of its own accord. */
  async cancel(): Promise<void> {
    const { writer } = this;
    this.close();
    this.waiting = [];
    if (!writer) return;
    if (writer.generations > 0) await writer.end();
    else await this.library.shelf.remove(writer.id);
    await this.library.tell();
  }

  private async store(events: readonly RunEvent[]): Promise<void> {
    const [first] = events;
    this.waiting = [...events];
    if (first?.type === 'run-started') await this.begin(first);
    this.waiting = [];
    if (!this.writer) return;
    this.behind = true; // from here on the writer has them, and keeps what it could not write
    const stored = await this.writer.append(events);
    this.behind = false;
    if (stored) this.show(stored);
    else this.close(); // deleted meanwhile, by another tab
    if (!events.some(isEnd)) return;
    this.lock?.release();
    if (this.library.shelf.lasting) await askToKeep();
  }

  private async begin(event: Extract<RunEvent, { type: 'run-started' }>): Promise<void> {
    this.close();
    const { planned } = runsStore.getState();
    const id = newId();
    const record = beginRecord(event);
    const stored = await this.library.shelf.create({ ...record, id, name: planned?.name ?? null, origin: planned?.origin ?? null, imported: false });
    this.lock = holdRun(id);
    this.writer = new RunWriter(this.library.shelf, id, record);
    const { alive } = runsStore.getState();
    runsStore.setState({ planned: null, recording: id, alive: new Set([...alive, id]) });
    this.library.show(stored);
  }

  private show(stored: StoredRun): void {
    this.library.show(stored);
    runsStore.setState({ problem: this.library.shelf.lasting ? null : notLasting });
  }

  private close(): void {
    this.lock?.release();
    this.lock = null;
    this.writer = null;
    runsStore.setState({ recording: null });
  }
}

const isEnd = ({ type }: RunEvent): boolean => type === 'run-finished' || type === 'run-failed';

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
