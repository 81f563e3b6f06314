import { addFitness } from '../evaluation/fitness.ts';
import { toBatch } from '../model/token-batches.ts';
import type { ModelWeights, TokenBatch } from '../model/weights.ts';
import type { Individual } from '../search/events.ts';
import { failureOf } from '../search/failure.ts';
import type { MeasureEvent, MeasureRequest } from '../search/measure.ts';
import { fineTune } from '../training/fine-tune.ts';
import { constantRate } from '../training/learning-rate.ts';
import { outcomeOf } from './candidate-outcome.ts';
import type { MeasuredStage, MeasuringOptions } from './measured-stage.ts';
import { drawIndices, sequencesFor } from './sample-sequences.ts';
import { droppedOf } from './stage-race.ts';

/**
 * Every candidate of a stage trained from its database weights and measured, one after the other: they share nothing any more, and
 * the trained weights of one live at a time. So a candidate is dropped by what those before it have; the parent comes first then.
 */
export async function* trainAndScore(options: MeasuringOptions, stage: MeasuredStage): AsyncGenerator<MeasureEvent, void> {
  const training = trainingBatches(options, stage.request);
  const { candidates, parent } = stage.request;
  const all = [...candidates.entries()];
  const order = stage.race ? all.toSorted(([, left], [, right]) => Number(right.id === parent.id) - Number(left.id === parent.id)) : all;
  const before: number[] = [];
  for (const [member, candidate] of order) {
    using owned = await options.modules.ownedModel(candidate.genome, { embeddings: options.trainEmbeddings });
    yield* train(options, stage, training, member, candidate, owned.weights);
    yield* score(options, stage, member, before, owned.weights);
    before.push(member);
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

/** Measures a candidate, unless it loses the race to those before it on the way. */
async function* score(options: MeasuringOptions, { request, set, sums, race }: MeasuredStage, member: number, before: readonly number[], weights: ModelWeights): AsyncGenerator<MeasureEvent, void> {
  const { runtime, transformer, fitness, count } = options;
  const id = request.candidates[member]?.id ?? '';
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
    count({ forward: batch.ids.length });
    yield { type: 'measuring', id, done, total };
    if (before.length === 0 || !race?.looksAfter(first)) continue;
    const seen = { values: await sums.read(), sequences: first };
    const sound = before.filter((other) => failureOf(outcomeOf(options, request, other, seen.values, first)) === null);
    if (!race.lookAt(member, sound, seen)) continue;
    yield droppedOf(options, request, member, seen);
    return;
  }
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
