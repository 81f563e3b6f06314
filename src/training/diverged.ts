/** What is known of a fine-tuning, all nats a predicted token. */
export interface Course {
  /** Losses of the first and the last step, each on its own batch. */
  readonly losses: readonly [first: number, last: number];
  /** The loss on other text afterwards, or the divergence from the dense model, which is less than the loss where both are large. */
  readonly after: number;
}

/** Unlike texts differ by less, in proportion to what a model loses on them. */
const times = 1.5;
/** Nats a token. */
const beyondBlind = 1;

/**
 * Whether a fine-tuning went astray: its last loss, or what was measured afterwards, is half as much again as its first loss, and a nat
 * more than log(vocabulary), which guessing blindly costs. A rate too high by far comes there with its first step; unlike texts, and
 * models that pruning had broken before, do not. NaN is not judged.
 */
export function hasDiverged({ losses: [first, last], after }: Course, vocabulary: number): boolean {
  const most = Math.max(times * first, Math.log(vocabulary) + beyondBlind);
  return last > most || after > most;
}
