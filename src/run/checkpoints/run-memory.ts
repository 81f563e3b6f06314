import { explain, ExplainedError, type Explanation } from '../../base/explained-error.ts';
import { LevelWeights } from '../../pruning/level-weights.ts';
import { moduleIds, type ModelSpec } from '../../model/spec.ts';
import type { ModuleLevels } from '../../pruning/level-database.ts';
import type { Storage } from '../../storage/storage.ts';
import { budgets } from '../memory-budgets.ts';
import type { RunConfig } from '../run-config.ts';
import type { RunEvent } from '../run-events.ts';
import { CheckpointStore } from './checkpoint-store.ts';
import { noProgress, type RunProgress } from './run-progress.ts';

/** Part of the level database is in memory only. */
class LevelsNotStoredError extends ExplainedError {
  constructor() {
    super({
      what: 'Part of the level database found no room in the storage.',
      means: 'It is in memory only.',
      remedy: 'Delete stored models or runs that you no longer need before the next run.',
    });
  }
}

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
 * saved yet. With a checkpoint store it outlives the page too. Whoever made it disposes it, which leaves the checkpoint where it is.
 */
export class RunMemory implements AsyncDisposable {
  readonly run: string | null;
  readonly checkpoints: CheckpointStore | null;
  /** Levels of the modules that were cut, by genome order. */
  readonly modules = new Map<number, ModuleLevels>();
  /** Told of every attempt to save. */
  onSaved: ((saved: Saved) => void) | null = null;
  #progress: RunProgress;
  #weights: LevelWeights | null = null;
  /** Events told since the last commit that succeeded, and how many there were before. */
  #told: RunEvent[] = [];
  #committed: number;
  /** Active seconds at the last save, and at the last attempt. */
  #savedAt: number;
  #triedAt: number;
  #troubled = false;

  private constructor(run: string | null, checkpoints: CheckpointStore | null, progress: RunProgress) {
    this.run = run;
    this.checkpoints = checkpoints;
    this.#progress = progress;
    this.#committed = progress.events;
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
    for (const [index, id] of moduleIds(spec).entries()) {
      const stored = this.#progress.modules[index] ?? null;
      if (stored !== null) this.modules.set(index, await weights.attach(index, { id, spec, granularity, K }, stored));
    }
    return weights;
  }

  /** An event, as it is told. */
  hear(event: RunEvent): RunEvent {
    this.#told.push(event);
    return event;
  }

  /** Events in force that were told so far. */
  get told(): number {
    return this.#committed + this.#told.length;
  }

  /** Forgets what was told behind the last progress: it is done again. */
  rewind(): void {
    this.#told.length = this.#progress.events - this.#committed;
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
    this.#progress = { ...this.#progress, ...change, events: this.told };
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
    const { modules, at } = this.#progress;
    // A module that found no room on the disk is in memory only: nothing behind it could be gone on with from there.
    const inMemory = [...this.modules.keys()].some((index) => (modules[index] ?? null) === null);
    if (inMemory) throw this.#weights?.takeProblem() ?? new LevelsNotStoredError();
    await checkpoints.commit(this.#progress, this.#told);
    this.#committed += this.#told.length;
    this.#told = [];
    this.#savedAt = at;
    this.#triedAt = at;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#weights?.[Symbol.asyncDispose]();
    this.#weights = null;
  }
}
