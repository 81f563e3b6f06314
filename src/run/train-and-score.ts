import { addFitness } from '../evaluation/fitness.ts';
import { toBatch } from '../model/token-batches.ts';
import type { ModelWeights, TokenBatch } from '../model/weights.ts';
import type { Individual } from '../search/events.ts';
import type { MeasureEvent, MeasureRequest } from '../search/measure.ts';
import { fineTune } from '../training/fine-tune.ts';
import { constantRate } from '../training/learning-rate.ts';
import type { MeasuredStage, MeasuringOptions } from './measured-stage.ts';
import { drawIndices, sequencesFor } from './sample-sequences.ts';

/** Every candidate of a stage trained from its database weights and measured, one after the other: they share nothing any more. */
export async function* trainAndScore(options: MeasuringOptions, stage: MeasuredStage): AsyncGenerator<MeasureEvent, void> {
  const training = trainingBatches(options, stage.request);
  for (const [member, candidate] of stage.request.candidates.entries()) {
    using owned = await options.modules.ownedModel(candidate.genome, { embeddings: options.trainEmbeddings });
    yield* train(options, stage, training, member, candidate, owned.weights);
    yield* score(options, stage, member, candidate, owned.weights);
  }
}

async function* train(
  { runtime, transformer, trainEmbeddings, count }: MeasuringOptions,
  { request, sums }: MeasuredStage,
  { batches, total }: TrainingBatches,
  member: number,
  { id }: Individual,
  weights: ModelWeights,
): AsyncGenerator<MeasureEvent, void> {
  const learningRate = constantRate(request.learningRate);
  const steps = fineTune({ runtime, transformer, weights, batches, totalTokens: total, learningRate, embeddings: trainEmbeddings });
  let begun = false;
  for await (const { tokens, loss } of steps) {
    if (!begun) await sums.keepLoss(member, 'first', loss);
    if (tokens === total) await sums.keepLoss(member, 'last', loss);
    begun = true;
    await runtime.settle();
    yield { type: 'training', id, done: tokens, total };
  }
  count({ trained: total });
}

async function* score(
  { runtime, transformer, fitness, count }: MeasuringOptions,
  { set, sums }: MeasuredStage,
  member: number,
  { id }: Individual,
  weights: ModelWeights,
): AsyncGenerator<MeasureEvent, void> {
  const total = tokensOf(set.batches);
  let done = 0;
  let first = 0;
  for (const [index, batch] of set.batches.entries()) {
    using teacher = await set.teacherOf(index);
    using hidden = await transformer.hidden(weights, batch);
    await addFitness(fitness, transformer, teacher, batch, { weights, hidden }, sums.of(member, first, batch));
    await runtime.settle();
    first += batch.sequences;
    done += batch.ids.length;
    yield { type: 'measuring', id, done, total };
  }
  count({ forward: total });
}

const tokensOf = (batches: readonly TokenBatch[]): number => batches.reduce((sum, { ids }) => sum + ids.length, 0);

interface TrainingBatches {
  readonly batches: readonly TokenBatch[];
  /** Tokens of all. */
  readonly total: number;
}

/** One sequence a step, the same for all candidates of the stage; fewer tokens than a sequence are a shorter one. */
function trainingBatches({ trainingPool, seed }: MeasuringOptions, { generation, stageIndex, stage }: MeasureRequest): TrainingBatches {
  const length = Math.max(2, Math.min(trainingPool.length, stage.trainingTokens));
  const indices = drawIndices(trainingPool.sequences, sequencesFor(stage.trainingTokens, length), seed, 'training', generation, stageIndex);
  const batches = indices.map((index) => ({ ids: toBatch(trainingPool, [index]).ids.slice(0, length), sequences: 1, length }));
  return { batches, total: tokensOf(batches) };
}
