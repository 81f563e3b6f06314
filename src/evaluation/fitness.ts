import type { TokenSums } from '../model/head-work.ts';
import { nextTokens } from '../model/token-batches.ts';
import type { Teacher, Transformer } from '../model/transformer.ts';
import type { ModelWeights, TokenBatch } from '../model/weights.ts';
import type { Tensor } from '../runtime/runtime.ts';

/**
 * What a candidate is measured by; lower is better. `kl`: mean over predicted positions of KL(p_dense || p_model) over the full
 * vocabulary, nats (method section 3). `perplexity`: exp of the mean cross-entropy.
 */
export type FitnessKind = 'kl' | 'perplexity';

/** Adds what the fitness is the mean of, for every token of a batch, to sums on the device; nothing is read back. `hidden [T, d]` are final hidden states. */
export async function addFitness(
  kind: FitnessKind,
  transformer: Transformer,
  teacher: Teacher,
  batch: TokenBatch,
  { weights, hidden }: { readonly weights: ModelWeights; readonly hidden: Tensor },
  sums: TokenSums,
): Promise<void> {
  if (kind === 'kl') await transformer.addKl(teacher, weights, hidden, sums);
  else await transformer.addNll(weights, hidden, nextTokens(batch), sums);
}

/** The fitness from sums over the predicted positions of sequences of `length` tokens. */
export function fitnessOf(kind: FitnessKind, sums: ArrayLike<number>, length: number): number {
  const mean = Array.from(sums).reduce((sum, value) => sum + value, 0) / (sums.length * (length - 1));
  return kind === 'kl' ? mean : Math.exp(mean);
}

/** A fitness in nats a predicted token: a divergence, or a cross-entropy. */
export const natsOf = (kind: FitnessKind, fitness: number): number => (kind === 'kl' ? fitness : Math.log(fitness));
