/** Learning rate after `done` of `total` tokens, both positive. */
export type LearningRateSchedule = (done: number, total: number) => number;

/** The same rate throughout, as the search's fine-tuning uses (method section 3). */
export const constantRate =
  (rate: number): LearningRateSchedule =>
  () =>
    rate;

/**
 * Linear warm-up over the first `warmup` share of the tokens, then a cosine fall to `floor * rate`
 * (Loshchilov & Hutter, arXiv 1608.03983, one cycle).
 */
export function warmupCosineRate(rate: number, warmup = 0.05, floor = 0.1): LearningRateSchedule {
  return (done, total) => {
    const share = Math.min(1, done / total);
    if (share < warmup) return (rate * share) / warmup;
    const fall = (share - warmup) / (1 - warmup);
    return rate * (floor + ((1 - floor) * (1 + Math.cos(Math.PI * fall))) / 2);
  };
}
