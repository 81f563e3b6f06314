import { explain } from '../base/explained-error.ts';
import type { ActiveClock } from '../run/active-clock.ts';
import type { RunControl } from '../run/run-control.ts';
import type { RunEvent } from '../run/run-events.ts';
import { nextTask } from './next-task.ts';
import type { EngineMessage, EngineStatus, StepEnd } from './protocol.ts';

/** Milliseconds between two batches of events while the run is busy. */
const batchMilliseconds = 250;

const stepEnds = { stage: 'stage-finished', generation: 'generation-finished' } as const satisfies Record<StepEnd, RunEvent['type']>;

const endsStep = (event: RunEvent, until: StepEnd): boolean =>
  event.type === stepEnds[until] || event.type === 'phase-finished' || event.type === 'post-training-measured';

/**
 * Pulls the events of one run: play, pause and step are nothing but pulling or not pulling.
 * Events go out in batches, and at once when the run comes to rest.
 */
export class RunDriver {
  readonly control: RunControl;
  private readonly events: AsyncGenerator<RunEvent, void>;
  private readonly clock: ActiveClock;
  private readonly emit: (message: EngineMessage) => void;
  private batch: RunEvent[] = [];
  private flushedAt = 0;
  private mode: 'paused' | 'playing' | StepEnd = 'paused';
  private pulling = false;
  private ended = false;
  private failed = false;
  private released = false;
  private gate: Promise<unknown> = Promise.resolve();
  /** The pull that is under way, or the last one. */
  private current: Promise<void> = Promise.resolve();

  constructor(events: AsyncGenerator<RunEvent, void>, control: RunControl, clock: ActiveClock, emit: (message: EngineMessage) => void) {
    this.events = events;
    this.control = control;
    this.clock = clock;
    this.emit = emit;
  }

  play(): void {
    this.go('playing');
  }

  /** Goes on to the end of the stage or of the generation. */
  step(until: StepEnd): void {
    this.go(until);
  }

  /** Acts after the current dispatch. */
  pause(): void {
    if (this.ended || this.mode === 'paused') return;
    this.mode = 'paused';
    this.status(this.pulling ? 'pausing' : 'paused');
  }

  stop(): void {
    if (this.ended) return;
    this.control.requestStop();
    this.status('stopping');
    this.go('playing');
  }

  /** Ends the run, wherever it is, and frees what it holds. A finished run keeps its models until then. */
  async release(): Promise<void> {
    this.mode = 'paused';
    this.ended = true;
    this.released = true;
    await this.events.return();
    this.batch = [];
  }

  /** Does something with the run's models, once the pull that is under way has ended; no further event is pulled until it is done. */
  whileHeld<T>(work: () => Promise<T>): Promise<T> {
    const done = this.gate.then(() => this.current).then(work);
    this.gate = done.catch(() => undefined);
    return done;
  }

  /** What waits for the next generation. */
  tellPending(): void {
    const { pending: changes, pendingParent } = this.control;
    this.emit({ type: 'pending', changes, parent: pendingParent?.id ?? null });
  }

  private go(mode: 'playing' | StepEnd): void {
    if (this.ended) return;
    this.mode = mode;
    if (!this.control.stopRequested) this.status('running');
    if (!this.pulling) void this.pull();
  }

  private async pull(): Promise<void> {
    this.pulling = true;
    for (;;) {
      await this.gate;
      if (this.mode === 'paused' || this.ended) break;
      this.clock.resume();
      this.current = this.pullOne();
      await this.current;
      await nextTask();
      this.clock.pause(); // what the models are asked meanwhile is not the run's time
    }
    this.pulling = false;
    if (this.released) return;
    this.flush();
    if (this.ended) this.status(this.failed ? 'failed' : 'finished');
    else this.status('paused');
  }

  private async pullOne(): Promise<void> {
    try {
      const next = await this.events.next();
      if (next.done === true) this.ended = true;
      else this.take(next.value);
    } catch (error) {
      // A run tells its failures; what it throws went wrong while it was freeing what it held.
      this.take({ type: 'run-failed', explanation: explain(error), at: this.clock.seconds });
    }
  }

  private take(event: RunEvent): void {
    this.batch.push(event);
    if (event.type === 'run-failed') this.failed = true;
    if (event.type === 'run-failed' || event.type === 'run-finished') this.ended = true;
    if (event.type === 'search-finished') this.control.dropPending();
    if (event.type === 'generation-started' || event.type === 'search-finished') this.tellPending();
    if (event.type === 'not-a-number' || (this.mode !== 'paused' && this.mode !== 'playing' && endsStep(event, this.mode))) this.mode = 'paused';
    if (performance.now() - this.flushedAt > batchMilliseconds) this.flush();
  }

  private flush(): void {
    this.flushedAt = performance.now();
    if (this.batch.length === 0) return;
    this.emit({ type: 'events', events: this.batch });
    this.batch = [];
  }

  private status(status: EngineStatus): void {
    this.emit({ type: 'status', status });
  }
}
