import { explain, type Explanation } from '../../base/explained-error.ts';
import { LevelWeights } from '../../pruning/level-weights.ts';
import type { StoredModule } from '../../pruning/stored-module.ts';
import { moduleIds, type ModelSpec } from '../../model/spec.ts';
import type { ModuleLevels } from '../../pruning/level-database.ts';
import type { Storage } from '../../storage/storage.ts';
import { budgets } from '../memory-budgets.ts';
import type { RunConfig } from '../run-config.ts';
import type { RunEvent } from '../run-events.ts';
import { CheckpointStore } from './checkpoint-store.ts';
import { noProgress, type RunProgress } from './run-progress.ts';

/** Seconds of work that may be lost at most, where a save is not due anyway. */
const usualSaveSeconds = 1;

/** A save, as it is told to whoever keeps the run. */
export interface Saved {
  /** Active seconds of the run at the save that is the last good one. */
  readonly at: number;
  readonly bytes: number;
  /** Why the newest state could not be saved; null where it was. */
  readonly problem: Explanation | null;
}

/**
 * What a run knows of itself that outlives its device: how far it is, its level database on the host, and the events that are not
 * saved yet. With a checkpoint store it outlives the page too. The run that it is given to disposes it, which leaves the checkpoint where it is.
 */
export class RunMemory implements AsyncDisposable {
  readonly run: string | null;
  readonly checkpoints: CheckpointStore | null;
  /** Levels of the modules that were cut, by genome order; whoever cuts one adds it when it is told. */
  readonly modules = new Map<number, ModuleLevels>();
  /** Told of every attempt to save. */
  onSaved: ((saved: Saved) => void) | null = null;
  #progress: RunProgress;
  #weights: LevelWeights | null = null;
  /** Of the whole model. */
  #moduleCount = 0;
  /** Events told since the last commit that succeeded, for the next one; none where nothing is saved. */
  #unsaved: RunEvent[] = [];
  /** Events in force that were told so far. */
  #told: number;
  /** Active seconds at the last save, and at the last attempt. */
  #savedAt: number;
  #triedAt: number;
  #troubled = false;

  private constructor(run: string | null, checkpoints: CheckpointStore | null, progress: RunProgress) {
    this.run = run;
    this.checkpoints = checkpoints;
    this.#progress = progress;
    this.#told = progress.events;
    this.#savedAt = progress.at;
    this.#triedAt = progress.at;
  }

  /** Of a run that is saved nowhere. */
  static unsaved(run: string | null = null): RunMemory {
    return new RunMemory(run, null, noProgress);
  }

  /** Of a run that begins, with a checkpoint in the storage. Throws the errors of the storage. */
  static async begin(storage: Storage, run: string, config: RunConfig): Promise<RunMemory> {
    return new RunMemory(run, await CheckpointStore.create(storage, run, config), noProgress);
  }

  /** Of a run that goes on from its checkpoint. Throws CheckpointMissingError, CheckpointDamagedError, CheckpointVersionError. */
  static async open(storage: Storage, run: string): Promise<{ readonly memory: RunMemory; readonly config: RunConfig }> {
    const { store, config, progress } = await CheckpointStore.open(storage, run);
    return { memory: new RunMemory(run, store, progress), config };
  }

  get progress(): RunProgress {
    return this.#progress;
  }

  /** Whether there is something to go on from. */
  get begun(): boolean {
    return this.#progress.events > 0;
  }

  /** The log in force as it was last saved, one event a line. */
  async *log(): AsyncGenerator<string, void> {
    if (this.checkpoints !== null) yield* this.checkpoints.log();
  }

  /** Weights of the level database; those of modules in the checkpoint are read from there. Throws CheckpointDamagedError, StoredModuleError. */
  async levelWeights({ databasePrecision, granularity, levels: K }: RunConfig, spec: ModelSpec, scratch: Storage): Promise<LevelWeights> {
    if (this.#weights !== null) return this.#weights;
    const weights = new LevelWeights({ storage: scratch, precision: databasePrecision, memoryBytes: budgets.levelWeights, parts: this.checkpoints });
    this.#weights = weights;
    this.#moduleCount = moduleIds(spec).length;
    for (const [index, id] of moduleIds(spec).entries()) {
      const stored = this.#progress.modules[index] ?? null;
      if (stored !== null) this.modules.set(index, await weights.attach(index, { id, spec, granularity, K }, stored));
    }
    return weights;
  }

  /** An event, as it is told. */
  hear(event: RunEvent): RunEvent {
    this.#told++;
    if (this.checkpoints !== null) this.#unsaved.push(event);
    return event;
  }

  /** Forgets what was told behind the last progress: it is done again. */
  rewind(): void {
    const back = this.#told - this.#progress.events;
    this.#told -= back;
    this.#unsaved.length = Math.max(0, this.#unsaved.length - back);
  }

  /** Whether a save is due that may wait. `seconds`: how much work may be lost. */
  due(at: number, seconds = usualSaveSeconds): boolean {
    return at - this.#triedAt >= seconds;
  }

  /**
   * Notes how far the run is, with all that was told so far; `durable`: and saves it. Where that fails the run can still go on from here while
   * the page is open. Never throws. Returns why it could not be saved, once until it can be again.
   */
  async save(change: Partial<RunProgress>, durable: boolean): Promise<Explanation | null> {
    this.#progress = { ...this.#progress, ...change, events: this.#told };
    if (!durable || this.checkpoints === null) return null;
    try {
      await this.#commit(this.checkpoints);
    } catch (error) {
      return this.notSaved(error, this.#progress.at);
    }
    this.#troubled = false;
    this.onSaved?.({ at: this.#savedAt, bytes: this.checkpoints.bytes, problem: null });
    return null;
  }

  /** Notes that something could not be saved. Returns why, in words, once until it can be again. */
  notSaved(error: unknown, at: number): Explanation | null {
    this.#triedAt = at;
    const { what, remedy, action } = explain(error);
    const problem = { what: `The run could not be saved: ${what}`, means: 'The run goes on. Until it can be saved again, closing the page loses what came after the last save.', remedy, ...(action && { action }) };
    this.onSaved?.({ at: this.#savedAt, bytes: this.checkpoints?.bytes ?? 0, problem });
    const news = !this.#troubled;
    this.#troubled = true;
    return news ? problem : null;
  }

  async #commit(checkpoints: CheckpointStore): Promise<void> {
    const { at } = this.#progress;
    this.#progress = { ...this.#progress, modules: await this.#storedModules() };
    await checkpoints.commit(this.#progress, this.#unsaved);
    this.#unsaved = [];
    this.#savedAt = at;
    this.#triedAt = at;
  }

  /** The modules told so far, all of them in files: one that found no room when it was cut is put now. Throws the errors of the storage. */
  async #storedModules(): Promise<RunProgress['modules']> {
    if (this.#weights === null) return this.#progress.modules;
    const modules: (StoredModule | null)[] = Array.from({ length: this.#moduleCount }, () => null);
    for (const [index, levels] of this.modules) modules[index] = await this.#weights.store(index, levels);
    return modules;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#weights?.[Symbol.asyncDispose]();
    this.#weights = null;
  }
}
