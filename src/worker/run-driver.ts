import { explain } from '../base/explained-error.ts';
import type { ActiveClock } from '../run/active-clock.ts';
import type { RunControl } from '../run/run-control.ts';
import type { RunEvent, RunEventBody } from '../run/run-events.ts';
import { engineBroke } from '../runtime/engine-broke.ts';
import { nextTask } from '../base/next-task.ts';
import type { EngineMessage, EngineStatus, StepEnd } from './protocol.ts';
import { SleepWatch } from './sleep-watch.ts';

/** Milliseconds between two batches of events while the run is busy. */
const batchMilliseconds = 250;

/** Seconds that a sleep has to last to be told of. */
const shortestSleep = 5;

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
  private readonly hear: (event: RunEvent) => RunEvent;
  private readonly sleepWatch = new SleepWatch();
  private batch: RunEvent[] = [];
  private flushedAt = 0;
  private mode: 'paused' | 'playing' | StepEnd = 'paused';
  private pulling = false;
  private ended = false;
  private failed = false;
  private released = false;
  private gate: Promise<unknown> = Promise.resolve();
  /** Whether an event is being waited for. */
  private working = false;
  /** Of the last event. */
  private at = 0;
  /** What is told as soon as the run has begun. */
  private preface: readonly RunEventBody[] = [];
  private frozen: { readonly since: number; readonly thaw: () => void } | null = null;
  /** The pull that is under way, or the last one. */
  private current: Promise<void> = Promise.resolve();

  /** `hear`: told of events that do not come from the run itself. */
  constructor(events: AsyncGenerator<RunEvent, void>, control: RunControl, clock: ActiveClock, emit: (message: EngineMessage) => void, hear = (event: RunEvent): RunEvent => event) {
    this.events = events;
    this.control = control;
    this.clock = clock;
    this.emit = emit;
    this.hear = hear;
  }

  /** Whether the run came to its end well. */
  get finished(): boolean {
    return this.ended && !this.failed && !this.released;
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

  /** Tells of something that the run itself does not know; it becomes a part of its log. */
  tell(body: RunEventBody): void {
    if (this.ended) return;
    this.take(this.hear({ ...body, at: this.clock.seconds }));
    if (!this.pulling) this.flush();
  }

  /** The same, as soon as the run has begun. */
  tellWhenBegun(body: RunEventBody): void {
    this.preface = [...this.preface, body];
  }

  /** The browser is about to freeze the page: nothing is pulled, and no time counts, until it thaws. */
  freeze(): void {
    if (this.frozen || this.ended) return;
    const thawed = new Promise<void>((thaw) => {
      this.frozen = { since: Date.now(), thaw };
    });
    this.gate = this.gate.then(() => thawed);
    this.clock.pause();
  }

  thaw(): void {
    if (!this.frozen) return;
    const seconds = (Date.now() - this.frozen.since) / 1000;
    this.frozen.thaw();
    this.frozen = null;
    if (this.working) this.clock.resume();
    if (this.pulling && seconds >= shortestSleep) this.tell({ type: 'slept', seconds });
  }

  /** The computer slept for `seconds`, of which the clock counted some. If something was told meanwhile it was not so. */
  slept(seconds: number, counted: number): void {
    const silent = this.clock.seconds - this.at;
    if (!this.working || silent < counted) return;
    this.clock.forget(counted);
    this.tell({ type: 'slept', seconds });
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
      this.sleepWatch.begin();
      this.clock.resume();
      this.working = true;
      this.current = this.pullOne();
      await this.current;
      await nextTask();
      this.working = false;
      this.clock.pause(); // what the models are asked meanwhile is not the run's time
      const slept = this.sleepWatch.seconds;
      if (slept >= shortestSleep) this.tell({ type: 'slept', seconds: slept });
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
      if (engineBroke(error)) {
        [this.ended, this.released] = [true, true];
        reportError(error); // the page starts another worker, and the run goes on there
        return;
      }
      // A run tells its failures; what else it throws went wrong while it was freeing what it held.
      this.take({ type: 'run-failed', explanation: explain(error), at: this.clock.seconds });
    }
  }

  private take(event: RunEvent): void {
    this.batch.push(event);
    this.at = event.at;
    if (event.type === 'run-started') this.begin();
    if (event.type === 'run-failed') this.failed = true;
    if (event.type === 'run-failed' || event.type === 'run-finished') this.ended = true;
    if (event.type === 'search-finished') this.control.dropPending();
    if (event.type === 'generation-started' || event.type === 'search-finished') this.tellPending();
    if (this.mode !== 'paused' && this.mode !== 'playing' && endsStep(event, this.mode)) this.mode = 'paused';
    // What comes next is the work of seconds, and the reader is to know why.
    if (event.type === 'device-lost' || performance.now() - this.flushedAt > batchMilliseconds) this.flush();
  }

  private begin(): void {
    const { preface } = this;
    this.preface = [];
    for (const body of preface) this.tell(body);
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
