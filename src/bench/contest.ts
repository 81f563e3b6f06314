import type { Figure } from './bench.ts';

/** Two things to time in turn in one process, so that a shared machine disturbs both alike. */
export interface Contest {
  readonly name: string;
  readonly first: () => Promise<void>;
  readonly second: () => Promise<void>;
  /** Times each is timed, after one that is not; default 9. */
  readonly rounds?: number;
}

/** The first thing's time over the second's, and the time of each, in seconds. */
export interface Comparison {
  readonly ratio: Spread;
  readonly first: Spread;
  readonly second: Spread;
}

export interface Spread {
  readonly low: number;
  readonly middle: number;
  readonly high: number;
}

/**
 * Quantile of sorted values by linear interpolation between order statistics (Hyndman & Fan 1996, type 7, as in R and NumPy);
 * NaN of none.
 */
function quantile(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1);
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? Number.NaN;
  return below + (above - below) * (place - Math.floor(place));
}

/** Median and quartiles. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  return { low: quantile(sorted, 0.25), middle: quantile(sorted, 0.5), high: quantile(sorted, 0.75) };
}

/** Seconds that a piece of work takes. */
export async function secondsOf(work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

/** Times both in turn, after one untimed round; the ratios are those of each round. */
export async function contest({ first, second, rounds = 9 }: Omit<Contest, 'name'>): Promise<Comparison> {
  await first();
  await second();
  const firsts: number[] = [];
  const seconds: number[] = [];
  for (let round = 0; round < rounds; round++) {
    firsts.push(await secondsOf(first));
    seconds.push(await secondsOf(second));
  }
  const ratios = firsts.map((time, round) => time / (seconds[round] ?? Number.NaN));
  return { ratio: spreadOf(ratios), first: spreadOf(firsts), second: spreadOf(seconds) };
}

/** The ratio of a contest as a figure. */
export async function compare(wanted: Contest): Promise<Figure> {
  const { ratio, first, second } = await contest(wanted);
  const milliseconds = (spread: Spread): string => `${(1000 * spread.middle).toFixed(1)} ms`;
  return { name: wanted.name, value: ratio.middle, unit: '×', quartiles: [ratio.low, ratio.high], note: `${milliseconds(first)} / ${milliseconds(second)}` };
}
