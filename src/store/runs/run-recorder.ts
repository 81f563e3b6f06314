import type { RunEvent } from '../../run/run-events.ts';
import type { RunListener } from '../engine.ts';
import { onRoomMade } from '../storage/room-made.ts';
import { loadRuns } from './load-runs.ts';
import type { RunKeeper } from './run-keeper.ts';
import { runsStore } from './runs-store.ts';
import { whyNotWritten } from './storage-problem.ts';

const usualWait = 2000;
/** After a failure: a full disk is not emptied within seconds. */
const longWait = 20_000;

const ends = (event: RunEvent): boolean => event.type === 'run-finished' || event.type === 'run-failed';

/** Loaded with the first event: the page is there sooner without. */
async function openKeeper(): Promise<RunKeeper> {
  const [library, { RunKeeper: Keeper }] = await Promise.all([loadRuns(), import('./run-keeper.ts')]);
  return new Keeper(library);
}

/** Hears what the engine says, and has it stored every two seconds; a beginning and an end at once. */
export class RunRecorder implements RunListener {
  private heard: RunEvent[] = [];
  private keeper: Promise<RunKeeper> | null = null;
  private work: Promise<void> = Promise.resolve();
  private timer: ReturnType<typeof setTimeout> | null = null;
  private wait = usualWait;

  constructor() {
    // What could not be written is not to wait for long.
    onRoomMade(() => this.wait === longWait && this.flush());
  }

  hear(event: RunEvent): void {
    // A run that fails before it begins leaves nothing to store.
    if (event.type === 'run-failed' && event.at === 0) {
      runsStore.setState({ planned: null });
      return;
    }
    this.heard.push(event);
    if (event.type === 'run-started' || ends(event)) this.flush();
    else this.timer ??= setTimeout(() => this.flush(), this.wait);
  }

  resumed(events: readonly RunEvent[]): void {
    this.heard = [...events];
    this.flush();
  }

  left(): void {
    this.flush();
    this.next(async (keeper) => keeper.leave());
  }

  cancelled(): void {
    this.stopWaiting();
    this.heard = [];
    runsStore.setState({ planned: null }); // a name that was meant for this run only
    this.next((keeper) => keeper.cancel());
  }

  private flush(): void {
    this.stopWaiting();
    const events = this.heard;
    this.heard = [];
    this.next(async (keeper) => {
      const stored = await keeper.take(events);
      this.wait = stored ? usualWait : longWait;
      if (!stored) this.timer ??= setTimeout(() => this.flush(), this.wait);
    });
  }

  private stopWaiting(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }

  /** One after the other, so that what came first is stored first. */
  private next(act: (keeper: RunKeeper) => Promise<void>): void {
    const keeper = (this.keeper ??= openKeeper().catch((error: unknown) => {
      this.keeper = null; // the next run tries again
      throw error;
    }));
    // The run never waits for its record.
    this.work = this.work.then(async () => act(await keeper)).catch((error: unknown) => runsStore.setState({ problem: whyNotWritten(error) }));
  }
}
