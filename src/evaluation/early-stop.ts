import { studentTail } from './student-t.ts';

/** Most times that a stage looks back while it is measured; each takes its share of the error. */
const mostLooks = 7;
/** Sequences of which a spread can be told at all, with something to spare: of two, t has one degree of freedom. */
const fewestSequences = 3;

/**
 * Sizes of the rounds in which the sequences of a stage are measured, a look after each but the last. One round where there is
 * nothing to be gained: too few sequences.
 */
export function roundsOf(sequences: number): number[] {
  const size = Math.ceil(sequences / (mostLooks + 1));
  const first = Math.ceil(fewestSequences / size) * size;
  if (first >= sequences) return [sequences];
  const later = Array.from({ length: Math.ceil((sequences - first) / size) }, (_, round) => Math.min(size, sequences - first - round * size));
  return [first, ...later];
}

/** A candidate as far as it was measured: what it lost on each sequence, the same sequences in the same order for all. */
export interface Running {
  readonly id: string;
  /** Sum over the sequence's predicted positions: KL or negative log-likelihood, nats. */
  readonly sums: readonly number[];
}

/** When a candidate of a stage is given up. */
export interface StopRule {
  /** Candidates that entered the stage, and those that survive it. */
  readonly candidates: number;
  readonly survivors: number;
  /** Sequences of the whole stage, and looks on the way. */
  readonly sequences: number;
  readonly looks: number;
  /** Probability, at least, that the stage drops none that would have survived it: 0 to 1. */
  readonly confidence: number;
}

/**
 * P-value of "the first loses no more than the second over all N sequences of the stage", from n < N of them: one-sided t of the
 * paired differences. The stage's sequences are the whole population, drawn in random order, so the standard error has the finite
 * population's correction: s / sqrt(n) * sqrt(1 - n / N) (Cochran, Sampling Techniques, 1977, sections 2.6 and 2.8). Exact where
 * differences of sequences are normal. 1 where it cannot be told.
 */
export function worseByChance(first: readonly number[], second: readonly number[], sequences: number): number {
  const n = first.length;
  if (n < fewestSequences || n >= sequences || second.length !== n) return 1;
  const differences = first.map((value, index) => value - (second[index] ?? Number.NaN));
  const mean = differences.reduce((sum, value) => sum + value, 0) / n;
  const variance = differences.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  if (!(mean > 0) || !Number.isFinite(variance)) return 1;
  const error = Math.sqrt((variance / n) * (1 - n / sequences));
  return error === 0 ? 0 : studentTail(mean / error, n - 1);
}

/**
 * Whether a candidate cannot be among the survivors any more, with the confidence of the rule over all candidates and looks of the
 * stage: as many others as survive are better, each beyond chance. A race with paired differences (Maron & Moore, 1994; Moore &
 * Lee, 1994). A survivor is dropped by mistake only where it looks worse than one that is none; there are
 * `survivors * (candidates - survivors)` such pairs, each tested once a look, so that a test has the error divided by both
 * (Bonferroni). `others` may have been measured further; what is not finite is better than nobody, and is not dropped.
 */
export function isHopeless({ sums }: Running, others: readonly Running[], { candidates, survivors, sequences, looks, confidence }: StopRule): boolean {
  const error = (1 - confidence) / (survivors * Math.max(1, candidates - survivors) * looks);
  const better = others.filter((other) => worseByChance(sums, other.sums.slice(0, sums.length), sequences) <= error);
  return better.length >= survivors;
}

/** The ids of the candidates that are hopeless, of those that were all measured on the same sequences. */
export const hopeless = (running: readonly Running[], rule: StopRule): string[] =>
  running.filter((candidate) => isHopeless(candidate, running.filter(({ id }) => id !== candidate.id), rule)).map(({ id }) => id);
