import type { Explanation } from '../base/explained-error.ts';
import type { MeasuringSet } from '../evaluation/measuring-set.ts';
import { QualityTally } from '../evaluation/quality.ts';
import type { Transformer } from '../model/transformer.ts';
import type { ModelWeights } from '../model/weights.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { TrainingProgress } from './checkpoints/run-progress.ts';
import { takeSnapshot, type Snapshot, type Trained } from './checkpoints/training-parts.ts';
import type { RunEventBody } from './run-events.ts';

/** Training has diverged when held-out KL is more than so many times that before it, and perplexity higher too, */
const divergedFactor = 4;
/** at so many measurements in a row. */
const divergedTimes = 2;

export interface WatchOptions {
  readonly runtime: Runtime;
  readonly transformer: Transformer;
  readonly weights: ModelWeights;
  readonly trained: Trained;
  /** Tokens that are to be trained. */
  readonly total: number;
  readonly learningRate: number;
}

/** What a watch has seen, as a checkpoint has it. */
export type Seen = Pick<TrainingProgress, 'best' | 'untrained' | 'astray'>;

export const nothingSeen: Seen = { best: null, untrained: null, astray: 0 };

/** Held-out quality on the way, the weights of the best, which is what the weights end as, and whether it is worth going on. */
export class TrainingWatch {
  readonly #options: WatchOptions;
  readonly #set: MeasuringSet;
  #seen: Seen;
  #kept: Snapshot | null;

  /** @param kept the weights of the best in `seen`; null where nothing was seen */
  constructor(options: WatchOptions, set: MeasuringSet, { best, untrained, astray }: Seen = nothingSeen, kept: Snapshot | null = null) {
    this.#options = options;
    this.#set = set;
    this.#seen = { best, untrained, astray };
    this.#kept = kept;
  }

  get seen(): Seen {
    return this.#seen;
  }

  /** The best that was trained; null where the weights before training are better than all. */
  get bestTrained(): Snapshot | null {
    const { best, untrained } = this.#seen;
    return best === untrained?.kl ? null : this.#kept; // a later one is better by something
  }

  /** Measures after `tokens`, 0 being before training, and tells it. Returns whether it is worth going on; a warning says why it is not. */
  async *measure(tokens: number): AsyncGenerator<RunEventBody, boolean> {
    const { transformer, weights, runtime, trained } = this.#options;
    const tally = new QualityTally();
    await tally.add(transformer, this.#set, weights);
    const { kl, perplexity } = tally.quality;
    if (!Number.isFinite(kl) || !Number.isFinite(perplexity)) {
      yield tokens === 0 ? brokenModel : this.stopped(tokens, 'KL and perplexity on held-out text are no finite numbers any more');
      return false;
    }
    const best = kl < (this.#seen.best ?? Number.POSITIVE_INFINITY);
    if (best) this.#kept = await takeSnapshot(runtime, trained);
    const untrained = this.#seen.untrained ?? { kl, perplexity };
    const astray = kl > divergedFactor * untrained.kl && perplexity > untrained.perplexity ? this.#seen.astray + 1 : 0;
    this.#seen = { best: best ? kl : this.#seen.best, untrained, astray };
    yield { type: 'post-training-measured', tokens, kl, perplexity, best };
    if (astray < divergedTimes || tokens >= this.#options.total) return true;
    yield this.stopped(tokens, `it diverged: KL on held-out text was more than ${divergedFactor} times the ${untrained.kl.toPrecision(3)} from before it at ${divergedTimes} measurements in a row, and perplexity higher too`);
    return false;
  }

  /** Why training ends early, as a warning. */
  stopped(tokens: number, why: string): RunEventBody {
    const { total, learningRate } = this.#options;
    const trainedBest = this.bestTrained !== null;
    const explanation: Explanation = {
      what: `Post-training ended after ${tokens.toLocaleString('en')} of ${total.toLocaleString('en')} tokens: ${why}.`,
      means: `The run goes on with ${trainedBest ? 'the best weights that were measured on the way' : 'the weights from before post-training, which are the best'}.`,
      remedy: `Run again with a lower learning rate of post-training than ${learningRate}, for example a third of it.`,
    };
    return { type: 'warning', explanation };
  }

  /** Puts the best weights back. */
  async finish(): Promise<void> {
    for (const [name, tensor] of this.#options.trained) {
      const values = this.#kept?.get(name);
      if (values !== undefined) await this.#options.runtime.write(tensor, values);
    }
  }
}

const brokenModel: RunEventBody = {
  type: 'warning',
  explanation: {
    what: 'There was no post-training: KL and perplexity of the pruned model on held-out text are no finite numbers.',
    means: 'The run goes on with the weights from before post-training.',
    remedy: 'Prune less, or calibrate with more tokens.',
  },
};
