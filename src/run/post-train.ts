import { MeasuringSet } from '../evaluation/measuring-set.ts';
import { QualityTally, type ModelQuality } from '../evaluation/quality.ts';
import { Scope } from '../base/scope.ts';
import { trainableTensors } from '../model/parameters.ts';
import { inBatches, toBatch } from '../model/token-batches.ts';
import type { Transformer } from '../model/transformer.ts';
import type { ModelWeights, TokenBatch } from '../model/weights.ts';
import { readFloats, type HostArray, type Runtime, type Tensor } from '../runtime/runtime.ts';
import { fineTune } from '../training/fine-tune.ts';
import { warmupCosineRate } from '../training/learning-rate.ts';
import type { RunControl } from './run-control.ts';
import type { RunEventBody } from './run-events.ts';
import { drawIndices, sequencesFor } from './sample-sequences.ts';

export interface PostTrainingOptions {
  readonly runtime: Runtime;
  readonly transformer: Transformer;
  readonly dense: ModelWeights;
  /** Private copies of what is trained, changed in place. */
  readonly weights: ModelWeights;
  /** Whether embedding and head are trained. */
  readonly trainEmbeddings: boolean;
  readonly trainingPool: TokenBatch;
  /** Held-out sequences to watch; not those of the evaluation. */
  readonly validation: TokenBatch;
  readonly tokens: number;
  readonly learningRate: number;
  readonly seed: number;
  readonly sequencesPerBatch: number;
  readonly control: RunControl;
}

/** Measurements on the way, besides the first and the last. */
const checks = 10;

/** Steps told of, at most: the losses between two are averaged on the device and read at once. */
const toldSteps = 100;

/** Weights on the host, for going back to the best. */
type Snapshot = ReadonlyMap<string, HostArray>;

async function takeSnapshot(runtime: Runtime, trained: ReadonlyMap<string, Tensor>): Promise<Snapshot> {
  const snapshot = new Map<string, HostArray>();
  for (const [name, tensor] of trained) snapshot.set(name, await runtime.read(tensor));
  return snapshot;
}

async function restore(runtime: Runtime, trained: ReadonlyMap<string, Tensor>, snapshot: Snapshot): Promise<void> {
  for (const [name, tensor] of trained) {
    const data = snapshot.get(name);
    if (data !== undefined) await runtime.write(tensor, data);
  }
}

/** Mean of losses that stay on the device until it is asked for. */
class MeanLoss implements Disposable {
  private readonly runtime: Runtime;
  /** `[1, 1]` */
  private readonly sum: Tensor;
  count = 0;

  constructor(runtime: Runtime) {
    this.runtime = runtime;
    this.sum = runtime.zeros([1, 1]);
  }

  async add(loss: Tensor): Promise<void> {
    await this.runtime.scatterAddRows(this.sum, Int32Array.of(0), loss);
    this.count++;
  }

  /** The mean since it was last taken, nats. */
  async take(): Promise<number> {
    const [sum = Number.NaN] = await readFloats(this.runtime, this.sum);
    const mean = sum / this.count;
    await this.runtime.write(this.sum, new Float32Array(1));
    this.count = 0;
    return mean;
  }

  [Symbol.dispose](): void {
    this.sum.dispose();
  }
}

/** Held-out quality after `tokens`, and whether it is the best so far; the best is what the weights end as. */
class Watch {
  private best = Number.POSITIVE_INFINITY;
  private kept: Snapshot | null = null;
  private readonly options: PostTrainingOptions;
  private readonly set: MeasuringSet;
  /** What training changes; all else stays as it is. */
  private readonly trained: ReadonlyMap<string, Tensor>;

  constructor(options: PostTrainingOptions, set: MeasuringSet) {
    this.options = options;
    this.set = set;
    this.trained = trainableTensors(options.weights, { embeddings: options.trainEmbeddings });
  }

  async measure(tokens: number): Promise<RunEventBody> {
    const { runtime, transformer, weights } = this.options;
    const tally = new QualityTally();
    await tally.add(transformer, this.set, weights);
    const { kl, perplexity }: ModelQuality = tally.quality;
    const best = kl < this.best;
    if (best) {
      this.best = kl;
      this.kept = await takeSnapshot(runtime, this.trained);
    }
    return { type: 'post-training-measured', tokens, kl, perplexity, best };
  }

  async finish(): Promise<void> {
    if (this.kept !== null) await restore(this.options.runtime, this.trained, this.kept);
  }
}

/**
 * Post-training of the winner (method section 4): cross-entropy, warm-up and cosine, one sequence a step; held-out KL and
 * perplexity are watched, the weights end as the best that was measured (which may be the untrained ones). Ends early when
 * the control asks to stop. Returns the tokens trained.
 */
export async function* postTrain(options: PostTrainingOptions): AsyncGenerator<RunEventBody, number> {
  await using scope = new Scope();
  const { runtime, transformer, dense, weights, trainingPool, seed } = options;
  const validation = inBatches(options.validation, options.sequencesPerBatch);
  const watch = new Watch(options, scope.own(await MeasuringSet.create(transformer, dense, validation)));
  const indices = drawIndices(trainingPool.sequences, sequencesFor(options.tokens, trainingPool.length), seed, 'post-training');
  const total = indices.length * trainingPool.length;
  yield await watch.measure(0);
  const batches = indices.map((index) => toBatch(trainingPool, [index]));
  const schedule = warmupCosineRate(options.learningRate);
  const steps = fineTune({ runtime, transformer, weights, batches, totalTokens: total, learningRate: schedule, embeddings: options.trainEmbeddings });
  let measuredAt = 0;
  let trained = 0;
  const losses = scope.own(new MeanLoss(runtime));
  const every = Math.ceil(indices.length / toldSteps);
  for await (const { tokens, loss, learningRate } of steps) {
    trained = tokens;
    await losses.add(loss);
    if (losses.count === every || tokens === total) yield { type: 'post-training-step', tokens, total, loss: await losses.take(), learningRate };
    if (options.control.stopRequested) break;
    if (tokens - measuredAt < total / checks && tokens < total) continue;
    measuredAt = tokens;
    yield await watch.measure(tokens);
  }
  if (trained > measuredAt) yield await watch.measure(trained);
  await watch.finish();
  return trained;
}
