import type { Explanation } from '../base/explained-error.ts';
import { nextTask } from '../base/next-task.ts';
import type { Genome } from '../pruning/level-database.ts';
import type { RunConfig, SearchSettingsChanges } from '../run/run-config.ts';
import type { RunEvent } from '../run/run-events.ts';
import type { EngineClient } from '../worker/engine-client.ts';
import type { EngineCommand, EngineMessage, ModelSubject, SampleRequest, StepEnd } from '../worker/protocol.ts';
import { checkpointStore } from './checkpoint-store.ts';
import { EngineWatch } from './engine-watch.ts';
import { EventArchive } from './event-archive.ts';
import { ExportCommands, isExportMessage, type ExportMessage } from './export-commands.ts';
import { initialRunState } from './initial-run-state.ts';
import { ModelCommands } from './model-commands.ts';
import { isModelMessage, type ModelMessage } from './reduce-models.ts';
import { beginRestoring } from './reduce-restoring.ts';
import { reduceRun } from './reduce-run.ts';
import { isResumeMessage, ResumeCommands, type ResumeMessage } from './resume-commands.ts';
import { engineStore, isOver, nothingAsked, type EngineState } from './run-store.ts';
import { newId } from './runs/new-id.ts';

/** React sees at most four updates a second. */
const flushMilliseconds = 250;

/** Events that are reduced at once where a run is taken up again: the page answers between. */
const sliceEvents = 500;

/** Told beside the events, and of one run only. */
const ofTheRun: ReadonlySet<EngineMessage['type']> = new Set(['status', 'pending', 'sampled', 'speed']);

/** Hears every event of every run as it comes. */
export interface RunListener {
  hear(event: RunEvent): void;
  /** The run goes on from an earlier place: these are its events in force, from `run-started` to `run-resumed`, in place of all before. */
  resumed(events: readonly RunEvent[]): void;
  /** The run was ended and forgotten; no more of its events come. */
  cancelled(): void;
  /** The run was left where it is saved; no more of its events come for now. */
  left(): void;
}

/** Commands to the engine, and the only writer of the engine store. */
export class Engine {
  readonly archive = new EventArchive();
  readonly models: ModelCommands;
  readonly exports: ExportCommands;
  /** What is saved of runs, and going on with them. */
  readonly checkpoints: ResumeCommands;
  private readonly client: EngineClient;
  private readonly listener: RunListener | null;
  private readonly watch: EngineWatch;
  private queue: RunEvent[] = [];
  /** After a cancel: what the old run still says is dropped, until another begins. */
  private deaf = false;
  private flushedAt = 0;
  private timer: ReturnType<typeof setTimeout> | null = null;
  /** Messages that wait until the events in force are taken in; null while none have to. */
  private held: EngineMessage[] | null = null;

  constructor(client: EngineClient, listener: RunListener | null = null) {
    this.client = client;
    this.listener = listener;
    this.models = new ModelCommands((command) => this.send(command));
    this.exports = new ExportCommands(
      (command) => this.send(command),
      () => new Blob([...this.archive.lines()], { type: 'application/jsonl' }),
    );
    this.checkpoints = new ResumeCommands({
      send: (command) => this.send(command),
      restart: () => this.restart(),
      fail: (explanation) => this.fail(explanation),
      beginAgain: (run) => this.beginAgain(run),
      idle: () => this.forget(),
    });
    this.watch = new EngineWatch(
      () => this.send({ type: 'ping' }),
      (silentSince) => engineStore.setState({ silentSince }),
    );
    client.subscribe((message) => this.listen(message));
  }

  probe(backend: RunConfig['backend']): void {
    engineStore.setState({ probe: null, probeFailure: null });
    this.send({ type: 'probe', backend });
  }

  start(config: RunConfig): void {
    const run = newId();
    this.begin(config);
    this.checkpoints.begin(run);
    this.send({ type: 'start', run, config });
  }

  /** Goes on with a run from where it was saved; `backend`: default that on which it was saved. */
  resume(run: string, config: RunConfig | null, backend?: RunConfig['backend']): void {
    this.begin(config);
    this.deaf = true; // until its log comes
    engineStore.setState(({ run: state }) => ({ run: { ...state, restoring: beginRestoring } }));
    this.checkpoints.resume(run, backend && { backend });
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
    this.letGo(false);
    this.listener?.cancelled();
    this.forget();
    this.checkpoints.end(false);
  }

  /** Leaves the run where it is saved, to go on later; the page is as before the first run. */
  leave(): void {
    this.letGo(true);
    this.listener?.left();
    this.forget();
    this.checkpoints.end(true);
  }

  /** Ends an engine that does not answer, and starts another: a run that was under way goes on there from where it was saved. */
  startAnew(): void {
    this.client.restart();
    this.watch.end();
    this.receive({ type: 'broken', explanation: silent });
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

  /** The page shows a run that is about to begin, or to go on. */
  private begin(config: RunConfig | null): void {
    this.flush();
    this.exports.abandon(null);
    this.held = null;
    engineStore.setState({
      run: { ...initialRunState, config },
      status: 'running',
      pending: null,
      pendingParent: null,
      ...nothingAsked,
    });
    this.models.introduce();
  }

  private beginAgain(run: string): boolean {
    const { config } = engineStore.getState().run;
    if (config === null) return false;
    this.begin(config);
    this.send({ type: 'start', run, config });
    return true;
  }

  private forget(): void {
    this.exports.abandon(null);
    this.queue = [];
    this.held = null;
    this.deaf = true;
    engineStore.setState({ run: initialRunState, status: 'idle', pending: null, pendingParent: null, ...nothingAsked });
  }

  /** The engine is told that its run ends; one that would not hear it is ended. `kept`: the run's checkpoint stays. */
  private letGo(kept: boolean): void {
    if (engineStore.getState().silentSince === null) return this.send({ type: 'cancel', ...(kept && { keep: true }) });
    this.restart();
    const { run } = checkpointStore.getState();
    if (!kept && run !== null) this.checkpoints.discard(run);
  }

  private listen(message: EngineMessage): void {
    if (message.type === 'broken') this.watch.end();
    else this.watch.heard();
    if (message.type !== 'pong') this.receive(message);
  }

  private receive(message: EngineMessage): void {
    if (this.held) {
      this.held.push(message);
      return;
    }
    if (message.type === 'events') return this.hearAll(message.events);
    if (message.type === 'log-in-force') return this.takeLog(message);
    if (this.deaf && ofTheRun.has(message.type)) return;
    // Keep the order: what the engine said before this message is true before it.
    this.flush();
    if (isModelMessage(message)) this.models.receive(message);
    else if (isExportMessage(message)) this.exports.receive(message);
    else if (isResumeMessage(message)) this.checkpoints.receive(message);
    else if (message.type === 'broken') this.breakDown(message.explanation);
    else if (message.type !== 'opened' && message.type !== 'pong') engineStore.setState((state) => besideTheRun(state, message));
  }

  private hearAll(events: readonly RunEvent[]): void {
    for (const [index, event] of events.entries()) {
      if (event.type === 'run-resumed' && !this.deaf) return this.goBack(event, events.slice(index + 1));
      this.hear(event);
    }
    this.scheduleFlush();
  }

  /** The log of a run that goes on; `run-resumed` comes behind it. */
  private takeLog({ run, events }: Extract<EngineMessage, { type: 'log-in-force' }>): void {
    if (run !== checkpointStore.getState().run) return;
    this.deaf = false;
    for (const event of events) this.archive.add(event);
  }

  /** The run goes on from an earlier place: what it told after that is taken back, here and wherever it was kept. `rest`: what came with it. */
  private goBack(event: Extract<RunEvent, { type: 'run-resumed' }>, rest: readonly RunEvent[]): void {
    this.archive.keep(event.events);
    this.archive.add(event);
    this.queue = [];
    this.checkpoints.hear(event);
    this.listener?.resumed(this.archive.slice(0));
    const held: EngineMessage[] = [{ type: 'events', events: rest }];
    this.held = held;
    void this.reduceAnew(held);
  }

  /** Shows what all events of the archive come to; then what was `held` meanwhile is heard. */
  private async reduceAnew(held: EngineMessage[]): Promise<void> {
    let run = initialRunState;
    const { count } = this.archive;
    for (let start = 0; start < count; start += sliceEvents) {
      run = reduceRun(run, this.archive.slice(start, Math.min(count, start + sliceEvents)));
      if (start + sliceEvents < count) await nextTask();
    }
    if (this.held !== held) return; // another run was begun meanwhile
    engineStore.setState({ run });
    this.held = null;
    for (const message of held) this.receive(message);
  }

  private hear(event: RunEvent): void {
    // A run that fails before it begins says nothing but that, at 0.
    if (event.type === 'run-started' || (event.type === 'run-failed' && event.at === 0)) this.deaf = false;
    if (this.deaf) return;
    this.archive.add(event); // whole at any time; only what redraws the page waits
    this.listener?.hear(event);
    this.checkpoints.hear(event);
    this.queue.push(event);
  }

  private restart(): void {
    this.client.restart();
    this.watch.end();
    this.loseEngine(restarted);
    this.models.introduce();
  }

  /**
   * Nothing more comes from the engine: whatever waits for it ends. A run that was under way goes on from where it was saved, in another
   * engine; where that is not possible it has failed.
   */
  private breakDown(explanation: Explanation): void {
    const { status } = engineStore.getState();
    this.loseEngine(explanation);
    const active = status !== 'idle' && !isOver(status);
    if (active) {
      this.models.introduce();
      if (this.checkpoints.goOnAfter(explanation)) return;
      this.fail(explanation);
    }
    engineStore.setState({ probeFailure: explanation });
  }

  /** The run that was under way has failed, and the engine does not say so. */
  private fail(explanation: Explanation): void {
    this.deaf = false;
    this.hear({ type: 'run-failed', explanation, at: engineStore.getState().run.at });
    this.flush();
    engineStore.setState(({ run }) => ({ status: 'failed', pending: null, pendingParent: null, run: run.restoring ? { ...run, restoring: null } : run }));
  }

  private loseEngine(explanation: Explanation): void {
    const { sampling } = engineStore.getState();
    engineStore.setState({ sampling: false, measuringSpeed: false, ...(sampling && { sampleFailure: explanation }) });
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

const restarted: Explanation = {
  what: 'The engine was started anew.',
  means: 'What it was asked for on the side ended with it.',
  remedy: 'Ask again once the run goes on.',
};

const silent: Explanation = {
  what: 'The engine no longer answered.',
  means: 'It was ended in a computation without an end, or in a very long one. What it held is lost; what was found so far is kept.',
  remedy: 'If it happens again, another text or prompt may help: a tokenizer can take for ever over some.',
};

type Beside = Exclude<EngineMessage, ModelMessage | ExportMessage | ResumeMessage | { type: 'events' | 'log-in-force' | 'opened' | 'pong' | 'broken' }>;

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
