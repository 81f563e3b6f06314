import type { Scope } from '../base/scope.ts';
import { MeasuringSet } from '../evaluation/measuring-set.ts';
import { trainableTensors } from '../model/parameters.ts';
import { inBatches } from '../model/token-batches.ts';
import type { Transformer } from '../model/transformer.ts';
import type { ModelWeights, TokenBatch } from '../model/weights.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { PartStore, StoredPart } from '../storage/stored-part.ts';
import { AdamWOptimizer } from '../training/adamw-optimizer.ts';
import type { TrainingProgress } from './checkpoints/run-progress.ts';
import { loadState, putSnapshot, putState, readSnapshot, takeSnapshot, type Snapshot, type Trained } from './checkpoints/training-parts.ts';
import { MeanLoss } from './mean-loss.ts';
import { nothingSeen, TrainingWatch } from './training-watch.ts';

/** Post-training as it was saved. */
export interface SavedTraining {
  readonly progress: TrainingProgress;
  /** Where its parts lie. */
  readonly parts: PartStore;
}

/** Post-training as it is between two steps, or after its end: to be written at once, before it goes on. */
export interface TrainingCheckpoint {
  /**
   * Writes what is not stored yet, a tensor in memory at a time, and returns what refers to it. From then on the store must keep the parts that
   * were referred to last. Throws the errors of the storage, and of the device that is read.
   */
  writeTo(parts: PartStore): Promise<TrainingProgress>;
}

export interface CourseOptions {
  readonly runtime: Runtime;
  readonly transformer: Transformer;
  readonly dense: ModelWeights;
  /** As they are before training, also where it goes on from a save. */
  readonly weights: ModelWeights;
  readonly trainEmbeddings: boolean;
  readonly validation: TokenBatch;
  readonly sequencesPerBatch: number;
  readonly learningRate: number;
  readonly from?: SavedTraining | undefined;
}

/** Weights of the best measurement before training, or as they are stored. */
interface StoredSnapshot {
  readonly snapshot: Snapshot;
  readonly part: StoredPart;
}

interface Machinery {
  readonly runtime: Runtime;
  readonly trained: Trained;
  readonly optimizer: AdamWOptimizer;
  readonly losses: MeanLoss;
  readonly watch: TrainingWatch;
}

type Count = Pick<TrainingProgress, 'steps' | 'tokens' | 'measuredAt'>;

/** Post-training under way: all that it goes on from, whether it was saved and loaded in between or not. */
export class TrainingCourse {
  readonly optimizer: AdamWOptimizer;
  /** Since they were last told. */
  readonly losses: MeanLoss;
  readonly watch: TrainingWatch;
  readonly #runtime: Runtime;
  readonly #trained: Trained;
  #count: Count;
  /** The best as it was last stored. */
  #stored: StoredSnapshot | null;

  private constructor({ runtime, trained, optimizer, losses, watch }: Machinery, { steps, tokens, measuredAt }: Count, stored: StoredSnapshot | null) {
    this.#runtime = runtime;
    this.#trained = trained;
    this.optimizer = optimizer;
    this.losses = losses;
    this.watch = watch;
    this.#count = { steps, tokens, measuredAt };
    this.#stored = stored;
  }

  /** At the beginning, or where it was saved. What it holds belongs to `scope`. Throws TensorPartError, and what its parts' store throws. */
  static async open(options: CourseOptions, total: number, scope: Scope): Promise<TrainingCourse> {
    const { runtime, transformer, weights, from } = options;
    const trained = trainableTensors(weights, { embeddings: options.trainEmbeddings });
    const { progress, best, stored } = from ? await restoredBest(from, runtime, trained) : nothingSaved;
    const optimizer = scope.own(new AdamWOptimizer(runtime, trained, 0, progress.steps));
    if (from && progress.state) await loadState(from.parts, progress.state, runtime, trained, optimizer);
    const losses = scope.own(new MeanLoss(runtime, progress.lossSum, progress.lossCount));
    const set = scope.own(await MeasuringSet.create(transformer, options.dense, inBatches(options.validation, options.sequencesPerBatch)));
    const watch = new TrainingWatch({ ...options, trained, total }, set, progress, best);
    return new TrainingCourse({ runtime, trained, optimizer, losses, watch }, progress, stored);
  }

  /** Optimizer steps, and tokens, that were trained. */
  get steps(): number {
    return this.#count.steps;
  }

  get tokens(): number {
    return this.#count.tokens;
  }

  /** Tokens at the last measurement. */
  get measuredAt(): number {
    return this.#count.measuredAt;
  }

  /** One more step was made. */
  stepped(tokens: number): void {
    this.#count = { ...this.#count, steps: this.steps + 1, tokens };
  }

  measured(): void {
    this.#count = { ...this.#count, measuredAt: this.tokens };
  }

  /** To go on from here; null where that would be of no use, since a loss was not finite, which is about to be told. */
  async checkpoint(): Promise<TrainingCheckpoint | null> {
    const lossSum = await this.losses.sum();
    return Number.isFinite(lossSum) ? { writeTo: (parts) => this.#write(parts, { lossSum, lossCount: this.losses.count, finished: false }) } : null;
  }

  /** After the end: the best only. */
  finished(): TrainingCheckpoint {
    return { writeTo: (parts) => this.#write(parts, { lossSum: 0, lossCount: 0, finished: true }) };
  }

  async #write(parts: PartStore, rest: Pick<TrainingProgress, 'lossSum' | 'lossCount' | 'finished'>): Promise<TrainingProgress> {
    const snapshot = this.watch.bestTrained;
    let stored = this.#stored;
    if (snapshot !== stored?.snapshot) stored = snapshot && { snapshot, part: await putSnapshot(parts, this.#trained, snapshot) };
    const state = rest.finished || this.steps === 0 ? null : await putState(parts, this.#runtime, this.#trained, this.optimizer);
    this.#stored = stored; // not before all is written: parts that nothing refers to may go
    return { ...this.#count, ...this.watch.seen, ...rest, state, bestWeights: stored?.part ?? null };
  }
}

const nothingSaved = {
  progress: { ...nothingSeen, steps: 0, tokens: 0, measuredAt: 0, lossSum: 0, lossCount: 0, state: null },
  best: null,
  stored: null,
};

/** The best so far on the host; the weights on the device are still those from before training. */
async function restoredBest({ progress, parts }: SavedTraining, runtime: Runtime, trained: Trained) {
  const part = progress.bestWeights;
  if (part === null) return { progress, best: await takeSnapshot(runtime, trained), stored: null };
  const snapshot = await readSnapshot(parts, part, trained);
  return { progress, best: snapshot, stored: { snapshot, part } };
}
