import { randomFor } from '../base/random.ts';

/** How many sequences hold about `tokens` tokens: at least one. */
export const sequencesFor = (tokens: number, length: number): number => Math.max(1, Math.round(tokens / length));

/**
 * `count` indices of a pool for one purpose, without repetition while the pool lasts (a partial Fisher-Yates shuffle
 * that starts anew when the pool is used up).
 */
export function drawIndices(poolCount: number, count: number, seed: number, ...purpose: readonly (string | number)[]): number[] {
  const random = randomFor(seed, ...purpose);
  const drawn: number[] = [];
  let order: number[] = [];
  while (drawn.length < count) {
    const place = drawn.length % poolCount;
    if (place === 0) order = Array.from({ length: poolCount }, (_, index) => index);
    const other = place + random.below(poolCount - place);
    const chosen = order[other] ?? 0;
    order[other] = order[place] ?? 0;
    order[place] = chosen;
    drawn.push(chosen);
  }
  return drawn;
}
