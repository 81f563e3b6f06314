import { explain } from '../base/explained-error.ts';
import type { ObsPool } from '../pruning/obs-pool.ts';
import { ActiveClock } from '../run/active-clock.ts';
import { checkpointsFolder } from '../run/checkpoints/checkpoint-files.ts';
import type { RunMemory } from '../run/checkpoints/run-memory.ts';
import type { LiveModels } from '../run/live-models.ts';
import { parseRunConfig } from '../run/parse-config.ts';
import type { RunConfig } from '../run/run-config.ts';
import { RunControl } from '../run/run-control.ts';
import type { DeviceSummary, Resumption } from '../run/run-events.ts';
import { createRuntime } from '../runtime/create-runtime.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { OpfsStorage } from '../storage/opfs-storage.ts';
import { siteFolder } from '../storage/site-folder.ts';
import type { Storage } from '../storage/storage.ts';
import { NoLiveModelError } from './borrow-model.ts';
import { browserLimits } from './browser-limits.ts';
import { browserPrunePool } from './browser-prune-executor.ts';
import type { ExportCommands } from './export-commands.ts';
import { openExportStorage } from './export-storage.ts';
import type { BlobStorage } from './export-storage.ts';
import { isDeskCommand, type DeskCommand } from './desk-commands.ts';
import type { ModelDesk } from './model-desk.ts';
import type { EngineCommand, EngineMessage } from './protocol.ts';
import type { HeldRun, RunCheckpoints } from './run-checkpoints.ts';
import { isRunCommand, Openings, tellRun, type RunCommand } from './run-commands.ts';
import { RunDriver } from './run-driver.ts';
import { RuntimeHolder } from './runtime-holder.ts';
import { timeDevice } from './time-device.ts';

/** Workers that cut modules; more only fight for memory bandwidth. */
const mostPruneWorkers = 4;
const pruneWorkers = (): number => Math.min(mostPruneWorkers, navigator.hardwareConcurrency);

type QueuedCommand = Extract<EngineCommand, { type: 'probe' | 'start' | 'resume' | 'cancel' | 'list-checkpoints' | 'discard-checkpoint' | 'export' | 'export-folder' }>;

/** The run that is here, under way or over. */
interface Current {
  readonly held: HeldRun;
  readonly driver: RunDriver;
  readonly clock: ActiveClock;
}

/** The engine behind the worker's messages: one runtime, one run at a time. */
export class Engine {
  private readonly emit: (message: EngineMessage) => void;
  private readonly runtimes = new RuntimeHolder();
  private current: Current | null = null;
  private readonly openings = new Openings();
  private pool: ObsPool | null = null;
  private models: LiveModels | null = null;
  private readonly storage: Storage = new OpfsStorage(siteFolder);
  private desk: Promise<ModelDesk> | null = null;
  private runs: Promise<RunCheckpoints> | null = null;
  private exportFiles: Promise<BlobStorage> | null = null;
  private exporting: Promise<ExportCommands> | null = null;
  /** Ends what the models were asked so far. */
  private asking = new AbortController();
  /** Commands that load or free something, or use the models, wait for each other. */
  private queue: Promise<void> = Promise.resolve();

  constructor(emit: (message: EngineMessage) => void) {
    this.emit = emit;
  }

  receive(command: EngineCommand): void {
    if (isDeskCommand(command)) return this.attendToModels(command);
    if (isRunCommand(command)) return this.attendToRun(command);
    switch (command.type) {
      case 'open':
        return this.open(command.siteBase, command.lifeLock);
      case 'ping':
        return this.emit({ type: 'pong' });
      default:
        this.receiveSlow(command);
    }
  }

  /** One that is still being opened hears it then. */
  private attendToRun(command: RunCommand): void {
    if (!this.openings.keep(command) && this.current) tellRun(this.current.driver, command);
  }

  /** What takes its time, and may have to wait for what does. */
  private receiveSlow(command: QueuedCommand | Extract<EngineCommand, { type: 'fetch-file' | 'cancel-export' | 'stop-sample' | 'sample' | 'measure-speed' }>): void {
    switch (command.type) {
      case 'fetch-file':
        return this.withExports((exports) => exports.send(command.path));
      case 'cancel-export':
        return this.withExports((exports) => exports.cancel());
      case 'stop-sample':
        return this.stopAsking();
      case 'sample':
      case 'measure-speed': {
        const { signal } = this.asking;
        return this.inTurn(() => this.ask(command, signal));
      }
      default:
        // The models that are being written, asked or timed are about to go.
        if (command.type === 'start' || command.type === 'resume' || command.type === 'cancel') {
          this.withExports((exports) => exports.cancel());
          this.stopAsking();
        }
        if (command.type === 'start' || command.type === 'resume') this.openings.add();
        this.inTurn(() => this.attend(command));
    }
  }

  /** The lock is held until this worker is gone, however it goes: the page waits for it. */
  private open(siteBase: string, lifeLock: string): void {
    this.runtimes.siteBase = siteBase;
    if (!('locks' in navigator)) return;
    void navigator.locks.request(lifeLock, () => {
      this.emit({ type: 'opened' });
      return new Promise<never>(() => undefined);
    });
  }

  /** What goes wrong unforeseen is told as an error of the worker: the page then starts another. */
  private inTurn(work: () => Promise<void>): void {
    this.queue = this.queue.then(work).catch(reportError);
  }

  private async attend(command: QueuedCommand): Promise<void> {
    switch (command.type) {
      case 'probe':
        return await this.probe(command.backend);
      case 'start':
        await this.start(command);
        return this.tellUntold();
      case 'resume':
        await this.resume(command);
        return this.tellUntold();
      case 'cancel':
        await this.releaseRun(command.keep === true ? 'keep' : 'remove');
        return this.emit({ type: 'status', status: 'idle' });
      case 'list-checkpoints':
        return await this.listCheckpoints(null);
      case 'discard-checkpoint':
        return await this.listCheckpoints(command.run, command.quiet);
      case 'export':
      case 'export-folder':
        return await (await this.openExports()).run(command);
    }
  }

  /** What the run was told while it was being opened. */
  private tellUntold(): void {
    for (const command of this.openings.take()) if (this.current) tellRun(this.current.driver, command);
  }

  private async probe(backend: RunConfig['backend']): Promise<void> {
    try {
      const runtime = await this.runtimeFor(backend);
      const { label, reason, threads, details } = runtime.info;
      const device: DeviceSummary = { backend: runtime.info.backend, label, reason, threads };
      const limits = await browserLimits(runtime.info, this.storage, pruneWorkers());
      this.emit({ type: 'probed', device, details, flopsPerSecond: await timeDevice(runtime), limits });
    } catch (error) {
      this.emit({ type: 'probe-failed', explanation: explain(error) });
    }
  }

  /** What lives in the runtime before goes with it. */
  private async runtimeFor(backend: RunConfig['backend'], threads: number | null = null): Promise<Runtime> {
    if (!this.runtimes.has(backend, threads)) await this.releaseRun();
    return await this.runtimes.take(backend, threads);
  }

  private async start({ run, config: input }: Extract<EngineCommand, { type: 'start' }>): Promise<void> {
    await this.releaseRun();
    let held: HeldRun | null = null;
    try {
      const config = parseRunConfig(input);
      const runtime = await this.runtimeFor(config.backend);
      held = await (await this.openRuns()).begin(run, config);
      const driver = await this.drive(held, runtime, 'returned');
      if (held.problem !== null) driver.tellWhenBegun({ type: 'warning', explanation: held.problem });
      driver.play();
    } catch (error) {
      held?.[Symbol.dispose]();
      this.emit({ type: 'events', events: [{ type: 'run-failed', explanation: explain(error), at: 0 }] });
      this.emit({ type: 'status', status: 'failed' });
    }
  }

  private async resume({ run, backend, why, paused, stopping }: Extract<EngineCommand, { type: 'resume' }>): Promise<void> {
    await this.releaseRun();
    let held: HeldRun | null = null;
    try {
      const { savedLog } = await import('./run-checkpoints.ts');
      held = await (await this.openRuns()).open(run);
      const { device } = held.memory.progress;
      const wanted = backend ?? device?.backend ?? held.config.backend;
      // As many threads as before: then it comes to the same numbers.
      const threads = wanted === 'wasm' && device?.backend === 'wasm' ? device.threads : null;
      if (this.runtimes.isBoundToOther(threads)) {
        held[Symbol.dispose]();
        return this.emit({ type: 'restart-needed', run, explanation: null });
      }
      const runtime = await this.runtimeFor(wanted, threads);
      for await (const events of savedLog(held.memory)) this.emit({ type: 'log-in-force', run, events });
      const driver = await this.drive(held, runtime, why);
      if (stopping === true) driver.stop();
      else if (paused === true) this.emit({ type: 'status', status: 'paused' });
      else driver.play();
    } catch (error) {
      held?.[Symbol.dispose]();
      this.emit({ type: 'resume-refused', run, explanation: explain(error) });
    }
  }

  /** Makes a run the one that is here; it waits to be played. */
  private async drive(held: HeldRun, runtime: Runtime, why: Resumption): Promise<RunDriver> {
    const { memory, config } = held;
    const [{ models, texts }, exports, { run }] = await Promise.all([this.openDesk(), this.openExports(), import('../run/run.ts')]); // the page is quicker there without them
    const [control, clock, pool] = [new RunControl(), new ActiveClock(), browserPrunePool(pruneWorkers())];
    this.pool = pool;
    memory.onSaved = ({ at, bytes, problem }) => this.tellSaved(memory, at, bytes, problem);
    const context = {
      runtime,
      reopen: (care: { readonly smaller: boolean }) => this.reopen(memory, care),
      clock,
      control,
      executor: pool.execute,
      invert: pool.invert,
      pruneWorkers: pool.size,
      limits: await browserLimits(runtime.info, this.storage, pruneWorkers()),
      scratch: this.storage,
      inspectModel: (model: string) => models.inspect(model),
      openModel: (model: string, onProgress: (done: number, total: number | null) => void) => models.open(model, { onProgress }),
      openText: (text: string) => texts.open(text),
      onModels: (live: LiveModels | null) => {
        this.models = live;
      },
      exports: { storage: await exports.emptied(), otherRuntime: () => createRuntime({ prefer: 'wasm', assetBase: this.runtimes.siteBase }) },
      onExports: (live: ExportCommands['desk']) => {
        exports.desk = live;
      },
    };
    const driver = new RunDriver(run(config, context, memory, why), control, clock, (message) => this.tell(message, held), (event) => memory.hear(event));
    this.current = { held, driver, clock };
    this.tellSaved(memory, memory.progress.at, memory.checkpoints?.bytes ?? 0, held.problem);
    return driver;
  }

  /** `at`: of what is safe. */
  private tellSaved({ run, checkpoints }: RunMemory, at: number, bytes: number, problem: HeldRun['problem']): void {
    if (run === null) return;
    this.emit({ type: 'saved', run, at, savedAt: checkpoints !== null && problem === null ? new Date().toISOString() : null, bytes, problem });
  }

  /** What the driver of a run says. A run that failed frees all that it holds, so that it can be resumed, here or elsewhere. */
  private tell(message: EngineMessage, held: HeldRun): void {
    this.emit(message);
    if (message.type !== 'status' || message.status !== 'failed') return;
    this.inTurn(async () => {
      if (this.current?.held === held) await this.releaseRun(held.memory.begun ? 'keep' : 'remove');
    });
  }

  /** Where this worker cannot open the device again another one may; the run waits for the end of this one then. */
  private async reopen({ run, checkpoints }: RunMemory, care: { readonly smaller: boolean }): Promise<Runtime> {
    try {
      return await this.runtimes.reopen(care);
    } catch (error) {
      if (run === null || checkpoints === null) throw error;
      this.emit({ type: 'restart-needed', run, explanation: explain(error) });
      return await new Promise<never>(() => undefined);
    }
  }

  /** Loaded when it is first needed: the page is quicker there without it. */
  private openDesk(): Promise<ModelDesk> {
    this.desk ??= import('./model-desk.ts').then((module) => new module.ModelDesk(this.emit, this.storage, (path) => new URL(path, this.runtimes.siteBase)));
    return this.desk;
  }

  private openRuns(): Promise<RunCheckpoints> {
    this.runs ??= import('./run-checkpoints.ts').then((module) => new module.RunCheckpoints(this.storage));
    return this.runs;
  }

  private attendToModels(command: DeskCommand): void {
    this.openDesk()
      .then((desk) => desk.receive(command))
      .catch(reportError);
  }

  /** The checkpoints, without that of `discarded`. A run that is here keeps its own until it goes. */
  private async listCheckpoints(discarded: string | null, quiet = false): Promise<void> {
    // Most pages have none, and need nothing loaded to say so.
    const files = await this.storage.list(checkpointsFolder).catch(() => []);
    if (files.length === 0) return this.emit({ type: 'checkpoints', list: [], problem: null });
    const runs = await this.openRuns();
    let problem: HeldRun['problem'] = null;
    if (discarded !== null && discarded !== this.current?.held.memory.run) {
      await runs.discard(discarded).catch((error: unknown) => {
        if (!quiet) problem = explain(error);
      });
    }
    this.emit({ type: 'checkpoints', list: await runs.list(), problem });
  }

  /** Ends the run that is here. `fate` of its checkpoint; default: it is kept unless the run is finished. */
  private async releaseRun(fate?: 'keep' | 'remove'): Promise<void> {
    const { current } = this;
    this.current = null;
    const usual = current?.driver.finished === true ? 'remove' : 'keep';
    await current?.driver.release();
    this.pool?.[Symbol.dispose]();
    this.pool = null;
    if (!current) return;
    const { memory } = current.held;
    if (memory.run !== null && memory.checkpoints !== null && (fate ?? usual) === 'remove') {
      // What cannot be removed is found, and removed, when the page is opened next.
      await (await this.openRuns()).remove(memory.run).catch(() => undefined);
    }
    current.held[Symbol.dispose]();
  }

  /** Text or speed of the run's models; the run waits meanwhile. */
  private async ask(command: Extract<EngineCommand, { type: 'sample' | 'measure-speed' }>, stop: AbortSignal): Promise<void> {
    const sampling = command.type === 'sample';
    const work = async (): Promise<void> => {
      if (this.models === null) throw new NoLiveModelError();
      const { writeSamples, timeModels } = await import('./ask-models.ts');
      if (sampling) await writeSamples(this.models, command.request, stop, this.emit);
      else await timeModels(this.models, command.subjects, stop, this.emit);
    };
    try {
      await (this.current === null ? work() : this.current.driver.whileHeld(work));
      this.emit({ type: sampling ? 'samples-done' : 'speeds-done' });
    } catch (error) {
      this.emit({ type: sampling ? 'sample-failed' : 'speed-failed', explanation: explain(error) });
    }
  }

  private stopAsking(): void {
    this.asking.abort();
    this.asking = new AbortController();
  }

  private openExports(): Promise<ExportCommands> {
    this.exporting ??= import('./export-commands.ts').then(
      (module) => new module.ExportCommands(this.exportStorage, this.emit, () => this.current?.clock.seconds ?? 0),
    );
    return this.exporting;
  }

  private withExports(work: (exports: ExportCommands) => void | Promise<void>): void {
    this.openExports().then(work).catch(reportError);
  }

  /** Opened when it is first needed. */
  private get exportStorage(): Promise<BlobStorage> {
    this.exportFiles ??= openExportStorage(siteFolder);
    return this.exportFiles;
  }
}
