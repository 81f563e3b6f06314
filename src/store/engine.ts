import type { Explanation } from '../base/explained-error.ts';
import type { Genome } from '../pruning/level-database.ts';
import type { RunConfig, SearchSettingsChanges } from '../run/run-config.ts';
import type { RunEvent } from '../run/run-events.ts';
import type { EngineClient } from '../worker/engine-client.ts';
import type { EngineCommand, EngineMessage, ModelSubject, SampleRequest, StepEnd } from '../worker/protocol.ts';
import { EventArchive } from './event-archive.ts';
import { ExportCommands, isExportMessage, type ExportMessage } from './export-commands.ts';
import { initialRunState } from './initial-run-state.ts';
import { ModelCommands } from './model-commands.ts';
import { isModelMessage, type ModelMessage } from './reduce-models.ts';
import { reduceRun } from './reduce-run.ts';
import { engineStore, isOver, nothingAsked, type EngineState } from './run-store.ts';

/** React sees at most four updates a second. */
const flushMilliseconds = 250;

/** Told beside the events, and of one run only. */
const ofTheRun: ReadonlySet<EngineMessage['type']> = new Set(['status', 'pending', 'sampled', 'speed']);

/** Hears every event of every run as it comes. */
export interface RunListener {
  hear(event: RunEvent): void;
  /** The run was ended and forgotten; no more of its events come. */
  cancelled(): void;
}

/** Commands to the engine, and the only writer of the engine store. */
export class Engine {
  readonly archive = new EventArchive();
  readonly models: ModelCommands;
  readonly exports: ExportCommands;
  private readonly client: EngineClient;
  private readonly listener: RunListener | null;
  private queue: RunEvent[] = [];
  /** After a cancel: what the old run still says is dropped, until another begins. */
  private deaf = false;
  private flushedAt = 0;
  private timer: ReturnType<typeof setTimeout> | null = null;

  constructor(client: EngineClient, listener: RunListener | null = null) {
    this.client = client;
    this.listener = listener;
    this.models = new ModelCommands((command) => this.send(command));
    this.exports = new ExportCommands(
      (command) => this.send(command),
      () => new Blob([...this.archive.lines()], { type: 'application/jsonl' }),
    );
    client.subscribe((message) => this.receive(message));
  }

  probe(backend: RunConfig['backend']): void {
    engineStore.setState({ probe: null, probeFailure: null });
    this.send({ type: 'probe', backend });
  }

  start(config: RunConfig): void {
    this.flush();
    this.exports.abandon(null);
    engineStore.setState({
      run: { ...initialRunState, config },
      status: 'running',
      pending: null,
      pendingParent: null,
      ...nothingAsked,
    });
    this.models.introduce();
    this.send({ type: 'start', config });
  }

  play(): void {
    this.send({ type: 'play' });
  }

  pause(): void {
    this.send({ type: 'pause' });
  }

  step(until: StepEnd): void {
    this.send({ type: 'step', until });
  }

  stop(): void {
    this.send({ type: 'stop' });
  }

  /** Ends the run and forgets it; the page is as before the first run. */
  cancel(): void {
    this.exports.abandon(null);
    this.send({ type: 'cancel' });
    this.queue = [];
    this.deaf = true;
    this.listener?.cancelled();
    engineStore.setState({ run: initialRunState, status: 'idle', pending: null, pendingParent: null, ...nothingAsked });
  }

  /** Acts from the next generation; shown as pending at once. */
  tune(changes: SearchSettingsChanges): void {
    engineStore.setState((state) => ({ pending: { ...state.pending, ...changes } }));
    this.send({ type: 'tune', changes });
  }

  untune(): void {
    engineStore.setState({ pending: null });
    this.send({ type: 'untune' });
  }

  /** Makes a candidate the parent from the next generation on; shown as pending at once. */
  adopt({ id, genome }: { readonly id: string; readonly genome: Genome }): void {
    engineStore.setState({ pendingParent: id });
    this.send({ type: 'adopt', id, genome });
  }

  unadopt(): void {
    engineStore.setState({ pendingParent: null });
    this.send({ type: 'unadopt' });
  }

  /** Text from some of the run's models; shown as it is written. */
  sample(request: SampleRequest): void {
    engineStore.setState({ sampling: true, sampleFailure: null });
    this.send({ type: 'sample', request });
  }

  stopSample(): void {
    this.send({ type: 'stop-sample' });
  }

  /** Times some of the run's models; the results come into `speeds`. */
  measureSpeed(subjects: readonly ModelSubject[]): void {
    engineStore.setState({ measuringSpeed: true, speedFailure: null });
    this.send({ type: 'measure-speed', subjects });
  }

  private send(command: EngineCommand): void {
    this.client.send(command);
  }

  private receive(message: EngineMessage): void {
    if (message.type === 'events') {
      for (const event of message.events) this.hear(event);
      this.scheduleFlush();
      return;
    }
    if (this.deaf && ofTheRun.has(message.type)) return;
    // Keep the order: what the engine said before this message is true before it.
    this.flush();
    if (isModelMessage(message)) this.models.receive(message);
    else if (isExportMessage(message)) this.exports.receive(message);
    else if (message.type === 'broken') this.breakDown(message.explanation);
    else engineStore.setState((state) => besideTheRun(state, message));
  }

  private hear(event: RunEvent): void {
    // A run that fails before it begins says nothing but that, at 0.
    if (event.type === 'run-started' || (event.type === 'run-failed' && event.at === 0)) this.deaf = false;
    if (this.deaf) return;
    this.archive.add(event); // whole at any time; only what redraws the page waits
    this.listener?.hear(event);
    this.queue.push(event);
  }

  /** Nothing more comes from the engine: whatever waits for it ends, and a run that was under way has failed. */
  private breakDown(explanation: Explanation): void {
    const { run, status, sampling } = engineStore.getState();
    if (status !== 'idle' && !isOver(status)) {
      this.hear({ type: 'run-failed', explanation, at: run.at });
      this.flush();
      engineStore.setState({ status: 'failed', pending: null, pendingParent: null });
    }
    engineStore.setState({ probeFailure: explanation, sampling: false, measuringSpeed: false, ...(sampling && { sampleFailure: explanation }) });
    this.models.breakDown(explanation);
    this.exports.abandon(explanation);
  }

  private scheduleFlush(): void {
    if (this.timer !== null) return;
    const wait = this.flushedAt + flushMilliseconds - performance.now();
    if (wait <= 0) this.flush();
    else this.timer = setTimeout(() => this.flush(), wait);
  }

  private flush(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.flushedAt = performance.now();
    if (this.queue.length === 0) return;
    const batch = this.queue;
    this.queue = [];
    engineStore.setState((state) => ({ run: reduceRun(state.run, batch) }));
  }
}

type Beside = Exclude<EngineMessage, ModelMessage | ExportMessage | { type: 'events' | 'broken' }>;

/** What the engine says beside the events. */
function besideTheRun(state: EngineState, message: Beside): Partial<EngineState> {
  switch (message.type) {
    case 'probed': {
      const { type: _type, ...probe } = message;
      return { probe, probeFailure: null };
    }
    case 'probe-failed':
      return { probeFailure: message.explanation };
    case 'status':
      return { status: message.status };
    case 'pending':
      return { pending: message.changes, pendingParent: message.parent };
    case 'sampled': {
      const { type: _type, ...sample } = message;
      return { samples: { ...state.samples, [sample.which]: sample } };
    }
    case 'samples-done':
      return { sampling: false };
    case 'speed':
      return { speeds: { ...state.speeds, [message.id]: message.speed } };
    case 'speeds-done':
      return { measuringSpeed: false };
    case 'speed-failed':
      return { measuringSpeed: false, speedFailure: message.explanation };
    case 'sample-failed':
      return { sampling: false, sampleFailure: message.explanation satisfies Explanation };
  }
}
