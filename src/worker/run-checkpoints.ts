import { explain, ExplainedError, type Explanation } from '../base/explained-error.ts';
import { listCheckpoints, removeCheckpoint, type CheckpointSummary } from '../run/checkpoints/list-checkpoints.ts';
import { RunMemory } from '../run/checkpoints/run-memory.ts';
import type { RunConfig } from '../run/run-config.ts';
import type { RunEvent } from '../run/run-events.ts';
import type { Storage } from '../storage/storage.ts';
import { nextTask } from '../base/next-task.ts';
import { takeRunLock } from './run-lock.ts';

/** Events that are told at once where a whole log is. */
const batchEvents = 2000;

/** Another tab has the run. */
export class RunElsewhereError extends ExplainedError {
  constructor() {
    super({
      what: 'Another tab of this page has this run.',
      means: 'It goes on there, and nothing was changed here.',
      remedy: 'Look at it in the other tab; or close that one, and resume the run here.',
    });
  }
}

/** Why a run that begins is kept in memory only. */
function notSaved(error: unknown): Explanation {
  const { what, remedy, action } = explain(error);
  return { what: `This run cannot be saved on the way: ${what}`, means: 'It goes on, but cannot be resumed once this tab is closed.', remedy, ...(action && { action }) };
}

/** A run whose checkpoint this worker has, until disposed; the run's memory passes over to the run. */
export interface HeldRun extends Disposable {
  readonly memory: RunMemory;
  readonly config: RunConfig;
  /** Why the run is kept in memory only; null where it is saved. */
  readonly problem: Explanation | null;
}

/** The checkpoints of this site, and who has them. */
export class RunCheckpoints {
  readonly #storage: Storage;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  /** A run that begins. Where its checkpoint cannot be made it is kept in memory only: never throws. */
  async begin(run: string, config: RunConfig): Promise<HeldRun> {
    const lock = await takeRunLock(run);
    const release = () => lock?.[Symbol.dispose]();
    try {
      const memory = await RunMemory.begin(this.#storage, run, config);
      return { memory, config, problem: null, [Symbol.dispose]: release };
    } catch (error) {
      return { memory: RunMemory.unsaved(run), config, problem: notSaved(error), [Symbol.dispose]: release };
    }
  }

  /** A run that goes on. Throws RunElsewhereError, CheckpointMissingError, CheckpointDamagedError, CheckpointVersionError. */
  async open(run: string): Promise<HeldRun> {
    const lock = await takeRunLock(run);
    if (lock === null) throw new RunElsewhereError();
    try {
      const { memory, config } = await RunMemory.open(this.#storage, run);
      return { memory, config, problem: null, [Symbol.dispose]: () => lock[Symbol.dispose]() };
    } catch (error) {
      lock[Symbol.dispose]();
      throw error;
    }
  }

  /** Throws the errors of the storage. */
  list(): Promise<readonly CheckpointSummary[]> {
    return listCheckpoints(this.#storage);
  }

  /** Removes a checkpoint that nobody has. Throws RunElsewhereError, and the errors of the storage. */
  async discard(run: string): Promise<void> {
    using lock = await takeRunLock(run);
    if (lock === null) throw new RunElsewhereError();
    await this.remove(run);
  }

  /** Removes the checkpoint of a run that this worker has. Throws the errors of the storage. */
  async remove(run: string): Promise<void> {
    await removeCheckpoint(this.#storage, run);
  }
}

/** A run's log as it was saved, in batches; messages are let in between. */
export async function* savedLog(memory: RunMemory): AsyncGenerator<readonly RunEvent[], void> {
  let batch: RunEvent[] = [];
  for await (const line of memory.log()) {
    // The store has checked the bytes by their hash: they are what a run wrote here.
    batch.push(JSON.parse(line) as RunEvent);
    if (batch.length < batchEvents) continue;
    yield batch;
    batch = [];
    await nextTask();
  }
  if (batch.length > 0) yield batch;
}
