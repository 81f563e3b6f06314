import { createStore, type StoreApi } from 'zustand';
import { explain, type Explanation } from '../../base/explained-error.ts';
import { nextTask } from '../../base/next-task.ts';
import type { RunEvent } from '../../run/run-events.ts';
import { initialRunState } from '../initial-run-state.ts';
import { createEventReader } from '../parse-events.ts';
import { reduceRun } from '../reduce-run.ts';
import type { RunState } from '../run-state.ts';
import { unpackPieces } from './pack-events.ts';
import { heldRuns, whenFreed } from './run-locks.ts';
import type { RunShelf } from './run-shelf.ts';
import { runsStore } from './runs-store.ts';
import type { StoredRun } from './stored-run.ts';

/** `left`: its tab was closed before the end. `gone`: it was deleted. */
export type Standing = 'running' | 'left' | 'over' | 'gone';

export interface WatchState {
  /** The run as far as it is stored. */
  readonly run: RunState;
  readonly standing: Standing;
  /** Why what is stored cannot be read. */
  readonly problem: Explanation | null;
}

/** Milliseconds in which a tab whose engine broke down takes its run again; longer, and the tab is gone. */
const usualPatience = 3000;
/** Milliseconds of work between two pauses, in which the page can answer. */
const slice = 6;

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, milliseconds));

/** The run as the list of runs has it now. */
const listed = (id: string): StoredRun | undefined => runsStore.getState().runs?.find((run) => run.id === id);

const sameAsStored = (a: StoredRun | undefined, b: StoredRun | undefined): boolean => a?.bytes === b?.bytes && a?.seconds === b?.seconds && a?.state === b?.state;

/** What has been read of a run's pieces: the last one grows, and is read again. */
interface Read {
  readonly next: ReturnType<typeof createEventReader>;
  /** Index and text of the last piece. */
  readonly index: number;
  readonly text: string;
  readonly run: RunState;
}

const nothingRead = (): Read => ({ next: createEventReader(), index: 0, text: '', run: initialRunState });

/**
 * Follows a run that another tab has, by what that tab stores: only new pieces are read. `store` is a `RunSource`, so the panels show it as
 * they show a run of their own, but nothing can be steered.
 */
export class RunWatch implements Disposable {
  readonly id: string;
  readonly store: StoreApi<WatchState>;
  private readonly shelf: RunShelf;
  private readonly refresh: () => Promise<void>;
  private readonly patience: number;
  private readonly end = new AbortController();
  private read = nothingRead();
  private reading: Promise<void> = Promise.resolve();

  /** `refresh` reads the list of runs anew. */
  constructor({ id }: StoredRun, library: { readonly shelf: RunShelf; refresh(): Promise<void> }, patience = usualPatience) {
    this.id = id;
    this.shelf = library.shelf;
    this.refresh = () => library.refresh();
    this.patience = patience;
    this.store = createStore<WatchState>(() => ({ run: initialRunState, standing: 'running', problem: null }));
    const unsubscribe = runsStore.subscribe((now, before) => {
      const [stored, earlier] = [now, before].map(({ runs }) => runs?.find((run) => run.id === id));
      if (!sameAsStored(stored, earlier)) void this.catchUp();
    });
    this.end.signal.addEventListener('abort', unsubscribe);
    void this.followOwner().catch(() => undefined); // only closing ends it
  }

  /** Reads what was stored since it was last asked. Never throws. */
  catchUp(): Promise<void> {
    this.reading = this.reading.then(() => this.look());
    return this.reading;
  }

  [Symbol.dispose](): void {
    this.end.abort();
  }

  private async look(): Promise<void> {
    if (this.end.signal.aborted) return;
    try {
      this.read = await this.readOn(this.read);
      this.store.setState({ run: this.read.run, problem: null });
    } catch (error) {
      this.read = nothingRead(); // another time from the beginning
      this.store.setState({ problem: explain(error) });
    }
    this.stand();
  }

  private async readOn(read: Read): Promise<Read> {
    const pieces = await this.shelf.pieces(this.id, read.index);
    const texts = await Promise.all(pieces.map((piece) => new Response(unpackPieces([piece])).text()));
    const [first = ''] = texts;
    // A run that went on from an earlier place was written anew.
    if (!first.startsWith(read.text)) return await this.readOn(nothingRead());
    if (texts.length === 0) return read;
    const added = texts.with(0, first.slice(read.text.length));
    const events = await this.eventsOf(added, read.next);
    return { next: read.next, index: read.index + texts.length - 1, text: texts.at(-1) ?? '', run: reduceRun(read.run, events) };
  }

  private async eventsOf(texts: readonly string[], next: Read['next']): Promise<readonly RunEvent[]> {
    const events: RunEvent[] = [];
    let began = performance.now();
    for (const line of texts.flatMap((text) => text.split('\n'))) {
      const event = line === '' ? null : next(line);
      if (event) events.push(event);
      if (performance.now() - began <= slice) continue;
      await nextTask();
      began = performance.now();
    }
    return events;
  }

  /** What the list of runs says; that its tab is gone, only the lock does. */
  private stand(left = this.store.getState().standing === 'left'): void {
    const stored = listed(this.id);
    const standing = stored === undefined ? 'gone' : stored.state !== 'running' ? 'over' : left ? 'left' : 'running';
    if (standing !== this.store.getState().standing) this.store.setState({ standing });
  }

  private async followOwner(): Promise<void> {
    const { signal } = this.end;
    while (!signal.aborted) {
      await whenFreed(this.id, signal);
      await pause(this.patience);
      await this.refresh();
      await this.catchUp();
      if ((await heldRuns()).has(this.id)) continue;
      this.stand(true);
      if (this.store.getState().standing !== 'left') return;
      await this.takenAgain();
      this.stand(false);
    }
  }

  /** Waits until some tab has the run again. */
  private takenAgain(): Promise<void> {
    return new Promise((resolve, reject) => {
      const unsubscribe = runsStore.subscribe(({ alive }) => {
        if (!alive.has(this.id)) return;
        unsubscribe();
        resolve();
      });
      this.end.signal.addEventListener('abort', () => {
        unsubscribe();
        reject(this.end.signal.reason);
      });
    });
  }
}
