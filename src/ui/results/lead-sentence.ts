import type { RunConfig } from '../../run/run-config.ts';
import type { RunResult } from '../../run/run-result.ts';
import { kl, parameters, percent, perplexity } from '../format/format.ts';

/** What was gained and what it cost, in one sentence, from measured values. */
export function leadSentence(model: string, { parameters: sizes, heldOut }: RunResult): string {
  const share = percent(sizes.pruned.total / sizes.dense.total, 0);
  return (
    `${model} now has ${parameters(sizes.pruned.total)} parameters, ${share} of the original. ` +
    `Its held-out perplexity is ${perplexity(heldOut.winner.perplexity)}, from ${perplexity(heldOut.dense.perplexity)}.`
  );
}

/** Differences below this are within what another seed would give. */
const worthTelling = 0.02;

/** Whether the search was worth it, against cutting every module alike. Never rounded into praise. */
export function verdict({ heldOut: { uniform, winner } }: RunResult, strategy: RunConfig['search']['strategy']): string {
  if (strategy === 'uniform') return 'This run cut every module alike and searched nothing, so the two columns are the same model.';
  const ratio = winner.kl / uniform.kl;
  const values = `KL ${kl(winner.kl)} against ${kl(uniform.kl)}`;
  const way = strategy === 'random' ? 'Random search' : 'The search';
  if (!Number.isFinite(ratio)) return `${way} could not be compared with uniform pruning: ${values}.`;
  if (ratio <= 1 - worthTelling) return `${way} found a model ${percent(1 - ratio, 0)} closer to the dense one than uniform pruning at the same size: ${values}.`;
  if (ratio < 1 + worthTelling) return `${way} did not help here: at the same size, uniform pruning is as good. ${values}.`;
  return `Uniform pruning is better here: at the same size it is closer to the dense model. ${values}. More generations or more fitness tokens may change that.`;
}
