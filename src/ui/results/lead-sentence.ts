import type { RunConfig } from '../../run/run-config.ts';
import type { RunResult, Speed } from '../../run/run-result.ts';
import { kl, parameters, percent, perplexity, ratio } from '../format/format.ts';

/** Speeds that differ by less are told as one: as much lies between two measurements of the same model. */
const sameSpeed = 0.02;

/** How many times as fast the pruned model writes; null where either was not measured. */
export function decodeRatio(dense: Speed | null, winner: Speed | null): number | null {
  const times = dense && winner ? winner.decodeTokensPerSecond / dense.decodeTokensPerSecond : Number.NaN;
  return Number.isFinite(times) ? times : null;
}

/** "It decodes 1.55 times as fast on this device", or that it does not. */
function decodes(times: number, here: boolean): string {
  const where = here ? 'on this device' : 'on its device';
  if (Math.abs(times - 1) < sameSpeed) return `It decodes as fast as before ${where}`;
  return times > 1 ? `It decodes ${ratio(times)} times as fast ${where}` : `It decodes at ${ratio(times)} of the speed ${where}`;
}

/** What was gained and what it cost, in a sentence or two, from measured values. `here`: it ran on this device. */
export function leadSentence(model: string, { parameters: sizes, heldOut }: RunResult, times: number | null, here: boolean): string {
  const share = percent(sizes.pruned.total / sizes.dense.total, 0);
  const quality = `held-out perplexity is ${perplexity(heldOut.winner.perplexity)}, from ${perplexity(heldOut.dense.perplexity)}.`;
  const rest = times === null ? `Its ${quality}` : `${decodes(times, here)} and its ${quality}`;
  return `${model} now has ${parameters(sizes.pruned.total)} parameters, ${share} of the original. ${rest}`;
}

/** Why fewer parameters did not make it faster, as far as that is known; null where they did. */
export function speedVerdict(times: number | null): string | null {
  if (times === null || times >= 1 + sameSpeed) return null;
  const what = times <= 1 - sameSpeed ? 'is slower here, although it is smaller' : 'is smaller, but not faster here';
  return `The pruned model ${what}. Where matrices are small, the time may go into starting each operation, which pruning does not save. If speed is what counts, choose it as the target: the search then keeps to what is measured.`;
}

/** Differences below this are within what another seed would give. */
const worthTelling = 0.02;

interface Told extends Pick<RunConfig, 'target'> {
  readonly search: Pick<RunConfig['search'], 'strategy'>;
  /** Results of older versions have the winner after post-training only: then both are judged as one. */
  readonly postTrained: boolean;
}

/** Whether the search was worth it, against cutting every module alike, neither of them post-trained. Never rounded into praise. */
export function verdict({ heldOut: { uniform, winner, searched } }: RunResult, { search: { strategy }, target, postTrained }: Told): string {
  if (strategy === 'uniform') return 'This run cut every module alike and searched nothing.';
  const found = searched ?? winner;
  const share = found.kl / uniform.kl;
  const values = `KL ${kl(found.kl)} against ${kl(uniform.kl)}`;
  const way = `${strategy === 'random' ? 'Random search' : 'The search'}${postTrained && !searched ? ' with post-training' : ''}`;
  const alike = 'speedup' in target ? 'at the same speed' : 'at the same size';
  if (!Number.isFinite(share)) return `${way} could not be compared with uniform pruning: ${values}.`;
  if (share <= 1 - worthTelling) return `${way} found a model ${percent(1 - share, 0)} closer to the dense one than uniform pruning ${alike}${postTrained && !searched ? ', which had none' : ''}: ${values}.`;
  if (share < 1 + worthTelling) return `${way} did not help here: ${alike}, uniform pruning is as good. ${values}.`;
  return `Uniform pruning is better here: ${alike} it is closer to the dense model. ${values}. More generations or more fitness tokens may change that.`;
}

/** What post-training did to it; null where there was none. */
export function postVerdict({ heldOut: { winner, searched } }: RunResult): string | null {
  if (!searched) return null;
  const values = `KL ${kl(winner.kl)}, from ${kl(searched.kl)}; perplexity ${perplexity(winner.perplexity)}, from ${perplexity(searched.perplexity)}`;
  const share = winner.kl / searched.kl;
  if (share <= 1 - worthTelling) return `Post-training brought it closer still: ${values}.`;
  return share < 1 + worthTelling ? `Post-training changed little: ${values}.` : `Post-training brought it further from the dense model: ${values}.`;
}
