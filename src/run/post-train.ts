import { Scope } from '../base/scope.ts';
import { trainableTensors } from '../model/parameters.ts';
import { toBatch } from '../model/token-batches.ts';
import type { TokenBatch } from '../model/weights.ts';
import { fineTune } from '../training/fine-tune.ts';
import { warmupCosineRate } from '../training/learning-rate.ts';
import { loadSnapshot } from './checkpoints/training-parts.ts';
import type { RunControl } from './run-control.ts';
import type { RunEventBody } from './run-events.ts';
import { drawIndices, sequencesFor } from './sample-sequences.ts';
import { TrainingCourse, type CourseOptions, type SavedTraining, type TrainingCheckpoint } from './training-course.ts';

export interface TrainingSaving {
  /** Whether a save is due; asked between two steps. */
  due(): boolean;
  /** Writes the checkpoint, or leaves it. All events before it were told; those it yields are told next. */
  write(checkpoint: TrainingCheckpoint): AsyncGenerator<RunEventBody, void>;
}

/**
 * `weights`: private copies of what is trained, changed in place; `trainEmbeddings`: whether embedding and head are among it.
 * `validation`: held-out sequences to watch; not those of the evaluation. `from`: where it goes on; the weights are those of the database then too.
 */
export interface PostTrainingOptions extends CourseOptions {
  readonly trainingPool: TokenBatch;
  readonly tokens: number;
  readonly seed: number;
  readonly control: RunControl;
  /** Told when it may be saved, and after the end. */
  readonly save?: TrainingSaving | undefined;
}

/** Measurements on the way, besides the first and the last. */
const checks = 10;

/** Steps told of, at most: the losses between two are averaged on the device and read at once. */
const toldSteps = 100;

/**
 * Post-training of the winner (method section 4): cross-entropy, warm-up and cosine, one sequence a step; held-out KL and
 * perplexity are watched, the weights end as the best that was measured (which may be the untrained ones). Ends early when
 * the control asks to stop, where numbers are not finite, and where training diverges (a warning says so then). Where it goes on from a
 * save, what is told and what the weights become is as if it had never been broken off; of one that was over only the weights are loaded.
 * Returns the tokens trained, those before the save among them. Throws TensorPartError, and what the parts' store throws.
 */
export async function* postTrain(options: PostTrainingOptions): AsyncGenerator<RunEventBody, number> {
  const { from, trainingPool, save } = options;
  if (from?.progress.finished) return await loadEnd(options, from);
  await using scope = new Scope();
  const indices = drawIndices(trainingPool.sequences, sequencesFor(options.tokens, trainingPool.length), options.seed, 'post-training');
  const course = await TrainingCourse.open(options, indices.length * trainingPool.length, scope);
  yield* train(options, indices, course);
  await course.watch.finish();
  if (save) yield* save.write(course.finished());
  return course.tokens;
}

async function loadEnd({ runtime, weights, trainEmbeddings }: PostTrainingOptions, { progress, parts }: SavedTraining): Promise<number> {
  if (progress.bestWeights) await loadSnapshot(parts, progress.bestWeights, runtime, trainableTensors(weights, { embeddings: trainEmbeddings }));
  return progress.tokens;
}

/** Trains from where the course is until it ends. */
async function* train(options: PostTrainingOptions, indices: readonly number[], course: TrainingCourse): AsyncGenerator<RunEventBody, void> {
  const { trainingPool, control } = options;
  const total = indices.length * trainingPool.length;
  const every = Math.ceil(indices.length / toldSteps);
  if (!options.from) {
    if (!(yield* course.watch.measure(0))) return;
    yield* saved(options, course);
  }
  const left = indices.slice(course.steps).map((index) => toBatch(trainingPool, [index]));
  const { runtime, transformer, weights, learningRate, trainEmbeddings: embeddings } = options;
  const { optimizer, tokens: trainedTokens } = course;
  const steps = fineTune({ runtime, transformer, weights, batches: left, totalTokens: total, trainedTokens, optimizer, learningRate: warmupCosineRate(learningRate), embeddings });
  for await (const { tokens, loss, learningRate: rate } of steps) {
    course.stepped(tokens);
    await course.losses.add(loss);
    if (course.losses.count === every || tokens === total) {
      const mean = await course.losses.take();
      if (!Number.isFinite(mean)) return yield course.watch.stopped(tokens, 'its loss is no finite number any more');
      yield { type: 'post-training-step', tokens, total, loss: mean, learningRate: rate };
    }
    if (control.stopRequested) break;
    if ((tokens - course.measuredAt >= total / checks || tokens === total) && !(yield* measured(course))) return;
    if (tokens < total) yield* saved(options, course);
  }
  if (course.tokens > course.measuredAt) yield* measured(course);
}

/** Measures where the course is; returns whether it is worth going on. */
function measured(course: TrainingCourse): AsyncGenerator<RunEventBody, boolean> {
  course.measured();
  return course.watch.measure(course.tokens);
}

async function* saved({ save }: PostTrainingOptions, course: TrainingCourse): AsyncGenerator<RunEventBody, void> {
  if (!save?.due()) return;
  const checkpoint = await course.checkpoint();
  if (checkpoint) yield* save.write(checkpoint);
}
