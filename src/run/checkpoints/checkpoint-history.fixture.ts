import fc from 'fast-check';
import { randomFor } from '../../base/random.ts';
import type { Storage } from '../../storage/storage.ts';
import type { StoredPart } from '../../storage/stored-part.ts';
import { parseRunConfig } from '../parse-config.ts';
import type { RunEvent } from '../run-events.ts';
import { CheckpointStore } from './checkpoint-store.ts';
import { noProgress, partsOf, type RunProgress, type TrainingProgress } from './run-progress.ts';

/** A short life of a checkpoint, to be lived on storages that fail. */

export const config = parseRunConfig({ version: 1, levels: 4 });
export const run = 'abc123';
const modules = 4;

export type Step =
  /** Cuts a module, or saves training anew: `kind`. Sizes are bytes. */
  | { readonly type: 'put'; readonly kind: 'module' | 'state' | 'best'; readonly module: number; readonly size: number }
  /** `long`: with an event that fills a piece of the log. */
  | { readonly type: 'commit'; readonly events: number; readonly long: boolean }
  | { readonly type: 'reopen' };

const putStep = fc.record<Step & { type: 'put' }>({
  type: fc.constant('put'),
  kind: fc.constantFrom('module', 'state', 'best'),
  module: fc.nat({ max: modules - 1 }),
  size: fc.nat({ max: 200 }),
});
const commitStep = fc.record<Step & { type: 'commit' }>({ type: fc.constant('commit'), events: fc.nat({ max: 5 }), long: fc.integer({ min: 0, max: 19 }).map((one) => one === 0) });

export const steps: fc.Arbitrary<readonly Step[]> = fc.array(fc.oneof({ weight: 4, arbitrary: putStep }, { weight: 4, arbitrary: commitStep }, { weight: 1, arbitrary: fc.constant<Step>({ type: 'reopen' }) }), { minLength: 3, maxLength: 10 });

/** What a commit made durable. */
export interface Committed {
  readonly progress: RunProgress;
  readonly log: readonly string[];
}

/** Bytes of a part, which follow from its stem and its size. */
const contentOf = (stem: string, size: number): Uint8Array<ArrayBuffer> => {
  const random = randomFor(size, stem);
  const pattern = Uint8Array.from({ length: 61 }, () => random.below(256));
  return Uint8Array.from({ length: size }, (_, index) => pattern[index % pattern.length] ?? 0);
};

/** A text that does not pack well. */
function noise(seed: number, length: number): string {
  const random = randomFor(seed, 'noise');
  return Array.from({ length: length / 8 }, () => random.below(0xffff_ffff).toString(16).padStart(8, '0')).join('');
}

const trainingOf = (before: TrainingProgress | null): TrainingProgress => ({
  ...(before ?? { tokens: 0, measuredAt: 0, best: null, untrained: null, astray: 0, lossSum: 0, lossCount: 0, state: null, bestWeights: null, finished: false }),
  steps: (before?.steps ?? 0) + 1,
});

/** Lives a history; whatever throws is tried again as the engine does it, so that one fault is outlived. `committed` is told of each state that is in force. */
export class History {
  store: CheckpointStore | null = null;
  progress: RunProgress = noProgress;
  log: string[] = [];
  faults = 0;
  readonly #storage: Storage;
  readonly #committed: (state: Committed) => void;
  #told = 0;

  constructor(storage: Storage, committed: (state: Committed) => void) {
    this.#storage = storage;
    this.#committed = committed;
  }

  async live(history: readonly Step[]): Promise<void> {
    await this.#stubbornly(async () => {
      this.store = await CheckpointStore.create(this.#storage, run, config);
    });
    this.#committed({ progress: noProgress, log: [] });
    for (const step of history) await this.#step(step);
  }

  async #stubbornly<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch {
      this.faults++;
      return await work();
    }
  }

  async #step(step: Step): Promise<void> {
    const store = this.store;
    if (!store) throw new Error('not begun');
    if (step.type === 'put') this.#keep(step, await this.#stubbornly(() => this.#put(store, step)));
    else if (step.type === 'commit') await this.#commit(store, step);
    else ({ store: this.store, progress: this.progress } = await this.#stubbornly(() => CheckpointStore.open(this.#storage, run)));
  }

  async #put(store: CheckpointStore, { kind, module, size }: Step & { type: 'put' }): Promise<StoredPart> {
    const stem = kind === 'module' ? `module-${module}` : `training-${kind}`;
    const content = contentOf(stem, size);
    return await store.put(stem, [content.subarray(0, size >> 1), content.subarray(size >> 1)]);
  }

  #keep({ kind, module }: Step & { type: 'put' }, part: StoredPart): void {
    if (kind === 'module') {
      const all = Array.from({ length: modules }, (_, index) => this.progress.modules[index] ?? null);
      all[module] = { part, headerBytes: 0, pieces: [null, 10, null] };
      this.progress = { ...this.progress, modules: all };
    } else {
      const training = trainingOf(this.progress.training);
      this.progress = { ...this.progress, training: kind === 'state' ? { ...training, state: part } : { ...training, bestWeights: part } };
    }
  }

  async #commit(store: CheckpointStore, { events, long }: Step & { type: 'commit' }): Promise<void> {
    const told = Array.from({ length: events }, (_, index): RunEvent => {
      const number = this.#told++;
      const at = number / 8;
      if (!long || index > 0) return { type: 'phase-progress', phase: 'load', done: number, total: 99, unit: 'bytes', at };
      return { type: 'warning', explanation: { what: noise(number, 280_000), means: 'ä', remedy: '\n' }, at };
    });
    const log = [...this.log, ...told.map((event) => JSON.stringify(event))];
    const progress = { ...this.progress, events: log.length, at: log.length / 8 };
    await this.#stubbornly(() => store.commit(progress, told));
    [this.progress, this.log] = [progress, log];
    this.#committed({ progress, log });
  }
}

/** All that can be read of a checkpoint. Throws as reading does. */
export async function readAll(storage: Storage): Promise<Committed & { readonly store: CheckpointStore }> {
  const { store, progress } = await CheckpointStore.open(storage, run);
  const log: string[] = [];
  for await (const line of store.log()) log.push(line);
  for (const part of partsOf(progress)) {
    const stem = part.name.replace(/-\d+\.bin$/, '');
    const bytes = await store.read(part);
    const expected = contentOf(stem, part.bytes);
    if (bytes.length !== expected.length || bytes.some((byte, index) => byte !== expected[index])) throw new Error(`${part.name} is not what was put`);
  }
  return { store, progress, log };
}

/** Names of the files of a checkpoint. */
export async function namesIn(storage: Storage): Promise<string[]> {
  return (await storage.list(`checkpoints/${run}`)).map(({ path }) => path.slice(`checkpoints/${run}/`.length));
}
