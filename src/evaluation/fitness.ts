import type { Transformer } from '../model/transformer.ts';
import type { ModelWeights } from '../model/weights.ts';
import type { Tensor } from '../runtime/runtime.ts';
import type { MeasuringSet } from './measuring-set.ts';
import { nextTokens } from '../model/token-batches.ts';
import { sumOverPredicted } from './predicted-positions.ts';

export type FitnessKind = 'kl' | 'perplexity';

/** Gives the model's final hidden states `[T, d]` of a batch of the set; the caller of this function frees them. */
export type HiddenOf = (batch: number) => Promise<Tensor>;

/**
 * Fitness of a model on a measuring set; lower is better. `kl`: mean over predicted positions of KL(p_dense || p_model) over
 * the full vocabulary, nats (method section 3). `perplexity`: exp of the mean cross-entropy.
 */
export async function measureFitness(
  kind: FitnessKind,
  transformer: Transformer,
  set: MeasuringSet,
  weights: ModelWeights,
  hiddenOf: HiddenOf,
): Promise<number> {
  let total = 0;
  let positions = 0;
  for (const [index, batch] of set.batches.entries()) {
    using hidden = await hiddenOf(index);
    const values = await set.withTeacher(index, async (teacher) =>
      kind === 'kl' ? transformer.kl(teacher, weights, hidden) : (await transformer.measure(teacher, weights, hidden, nextTokens(batch))).nll,
    );
    const { sum, count } = sumOverPredicted(values, batch);
    total += sum;
    positions += count;
  }
  const mean = total / positions;
  return kind === 'kl' ? mean : Math.exp(mean);
}
