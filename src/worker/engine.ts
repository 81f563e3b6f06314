import { explain } from '../base/explained-error.ts';
import type { ObsPool } from '../pruning/obs-pool.ts';
import { ActiveClock } from '../run/active-clock.ts';
import type { LiveModels } from '../run/live-models.ts';
import { parseRunConfig, parseSearchChanges } from '../run/parse-config.ts';
import type { RunConfig } from '../run/run-config.ts';
import { RunControl } from '../run/run-control.ts';
import type { DeviceSummary } from '../run/run-events.ts';
import { createRuntime } from '../runtime/create-runtime.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { OpfsStorage } from '../storage/opfs-storage.ts';
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
import { RunDriver } from './run-driver.ts';
import { timeDevice } from './time-device.ts';

/** Workers that cut modules; more only fight for memory bandwidth. */
const mostPruneWorkers = 4;
const pruneWorkers = (): number => Math.min(mostPruneWorkers, navigator.hardwareConcurrency);

/** The folder of this site's private file system that all is kept in. */
const storageFolder = 'darwinlm';

interface Loaded {
  readonly runtime: Runtime;
  readonly backend: RunConfig['backend'];
}

/** The engine behind the worker's messages: one runtime, one run at a time. */
export class Engine {
  private readonly emit: (message: EngineMessage) => void;
  private siteBase = '';
  private loaded: Loaded | null = null;
  private driver: RunDriver | null = null;
  private pool: ObsPool | null = null;
  private models: LiveModels | null = null;
  private readonly storage: Storage = new OpfsStorage(storageFolder);
  private desk: Promise<ModelDesk> | null = null;
  private exportFiles: Promise<BlobStorage> | null = null;
  private clock: ActiveClock | null = null;
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
    switch (command.type) {
      case 'open':
        this.siteBase = command.siteBase;
        return;
      case 'play':
        return this.driver?.play();
      case 'pause':
        return this.driver?.pause();
      case 'step':
        return this.driver?.step(command.until);
      case 'stop':
        return this.driver?.stop();
      case 'tune':
        return this.tune(command.changes);
      case 'untune':
        this.driver?.control.untune();
        return this.driver?.tellPending();
      case 'adopt':
        this.driver?.control.adopt({ id: command.id, genome: command.genome });
        return this.driver?.tellPending();
      case 'unadopt':
        this.driver?.control.unadopt();
        return this.driver?.tellPending();
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
        if (command.type === 'start' || command.type === 'cancel') {
          this.withExports((exports) => exports.cancel());
          this.stopAsking();
        }
        this.inTurn(() => this.attend(command));
    }
  }

  /** What goes wrong unforeseen is told as an error of the worker: the page then starts another. */
  private inTurn(work: () => Promise<void>): void {
    this.queue = this.queue.then(work).catch(reportError);
  }

  private async attend(command: Extract<EngineCommand, { type: 'probe' | 'start' | 'cancel' | 'export' | 'export-folder' }>): Promise<void> {
    switch (command.type) {
      case 'probe':
        return await this.probe(command.backend);
      case 'start':
        return await this.start(command.config);
      case 'cancel':
        await this.releaseRun();
        return this.emit({ type: 'status', status: 'idle' });
      case 'export':
      case 'export-folder':
        return await (await this.openExports()).run(command);
    }
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

  private async runtimeFor(backend: RunConfig['backend']): Promise<Runtime> {
    if (this.loaded?.backend === backend) return this.loaded.runtime;
    await this.releaseRun();
    const old = this.loaded;
    this.loaded = null;
    await old?.runtime[Symbol.asyncDispose]();
    const forget = (): void => {
      this.loaded = null;
    };
    const runtime = await createRuntime({ prefer: backend, assetBase: this.siteBase, onLost: forget });
    this.loaded = { runtime, backend };
    return runtime;
  }

  private async start(input: unknown): Promise<void> {
    await this.releaseRun();
    try {
      const config = parseRunConfig(input);
      const { models, texts } = await this.openDesk();
      const exports = await this.openExports();
      const runtime = await this.runtimeFor(config.backend);
      const { run } = await import('../run/run.ts'); // the page is quicker there without it
      const control = new RunControl();
      const clock = new ActiveClock();
      this.pool = browserPrunePool(pruneWorkers());
      const events = run(config, {
        runtime,
        clock,
        control,
        executor: this.pool.execute,
        invert: this.pool.invert,
        pruneWorkers: this.pool.size,
        limits: await browserLimits(runtime.info, this.storage, pruneWorkers()),
        scratch: this.storage,
        inspectModel: (model) => models.inspect(model),
        openModel: (model, onProgress) => models.open(model, { onProgress }),
        openText: (text) => texts.open(text),
        onModels: (live) => {
          this.models = live;
        },
        exports: { storage: await exports.emptied(), otherRuntime: () => createRuntime({ prefer: 'wasm', assetBase: this.siteBase }) },
        onExports: (live) => {
          exports.desk = live;
        },
      });
      this.clock = clock;
      this.driver = new RunDriver(events, control, clock, this.emit);
      this.driver.play();
    } catch (error) {
      this.emit({ type: 'events', events: [{ type: 'run-failed', explanation: explain(error), at: 0 }] });
      this.emit({ type: 'status', status: 'failed' });
    }
  }

  /** Loaded when it is first needed: the page is quicker there without it. */
  private openDesk(): Promise<ModelDesk> {
    this.desk ??= import('./model-desk.ts').then((module) => new module.ModelDesk(this.emit, this.storage, (path) => new URL(path, this.siteBase)));
    return this.desk;
  }

  private attendToModels(command: DeskCommand): void {
    this.openDesk()
      .then((desk) => desk.receive(command))
      .catch(reportError);
  }

  private async releaseRun(): Promise<void> {
    const driver = this.driver;
    this.driver = null;
    await driver?.release();
    this.pool?.[Symbol.dispose]();
    this.pool = null;
  }

  private tune(changes: unknown): void {
    try {
      this.driver?.control.tune(parseSearchChanges(changes));
    } catch (error) {
      this.emit({ type: 'events', events: [{ type: 'warning', explanation: explain(error), at: 0 }] });
    }
    this.driver?.tellPending();
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
      await (this.driver === null ? work() : this.driver.whileHeld(work));
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
      (module) => new module.ExportCommands(this.exportStorage, this.emit, () => this.clock?.seconds ?? 0),
    );
    return this.exporting;
  }

  private withExports(work: (exports: ExportCommands) => void | Promise<void>): void {
    this.openExports().then(work).catch(reportError);
  }

  /** Opened when it is first needed. */
  private get exportStorage(): Promise<BlobStorage> {
    this.exportFiles ??= openExportStorage(storageFolder);
    return this.exportFiles;
  }
}
