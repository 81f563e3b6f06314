import type { Effort } from '../../bench/bench.ts';
import { mostHeldTwice, sizeFlop, type SizeName } from '../../bench/model-sizes.ts';
import type { PageGroup } from '../../bench/page-groups.ts';
import type { BenchChoice, BenchState } from './bench-state.ts';

/**
 * Seconds of the groups that do not depend on the sizes chosen, on the device that the page was made on (WebAssembly with two
 * threads), which reached `referenceFlops` in the same matrix products.
 */
const referenceSeconds: Readonly<Record<Exclude<PageGroup, 'rates' | 'prefill'>, Readonly<Record<Effort, number>>>> = {
  forward: { quick: 8, full: 30 },
  database: { quick: 3, full: 150 },
  'database-gpu': { quick: 2, full: 60 },
  generation: { quick: 40, full: 125 },
  float16: { quick: 17, full: 80 },
  engine: { quick: 25, full: 65 },
};
const referenceFlops = 29e9;

/** Passes of 256 tokens: three warm up, and each round is a forward pass and a training step of about three. */
const ratePasses: Readonly<Record<Effort, number>> = { quick: 18, full: 34 };
/** Of both programs, for the one or two kinds of file: a prompt of 256 tokens counts once, one of 512 twice. */
const prefillPasses: Readonly<Record<Effort, number>> = { quick: 42, full: 204 };

const tokens = 256;

function secondsOfSizes(passes: number, sizes: readonly SizeName[], flopsPerSecond: number): number {
  return sizes.reduce((sum, size) => sum + (passes * tokens * sizeFlop(size)) / flopsPerSecond, 0);
}

/** Parameters of a size are about half the FLOP of a token. */
const heldTwice = (size: SizeName): boolean => sizeFlop(size) < 2 * mostHeldTwice;

/** What a group is expected to take, seconds. */
export function expectedSeconds(group: PageGroup, { effort, sizes }: BenchChoice, flopsPerSecond: number): number {
  if (group === 'rates') return secondsOfSizes(ratePasses[effort], sizes, flopsPerSecond);
  if (group === 'prefill') return secondsOfSizes(prefillPasses[effort], sizes.filter(heldTwice), flopsPerSecond);
  return (referenceSeconds[group][effort] * referenceFlops) / flopsPerSecond;
}

/**
 * Seconds that are left at `now`: those expected of the groups to come, corrected by how long the groups so far took against what was
 * expected of them. Null before the device was timed.
 */
export function secondsLeft({ choice, groups, flopsPerSecond }: BenchState, now: number): number | null {
  if (choice === null || flopsPerSecond === 0) return null;
  let expected = 0;
  let taken = 0;
  let ahead = 0;
  for (const { group, began, ended } of groups) {
    const seconds = expectedSeconds(group, choice, flopsPerSecond);
    if (began === null) ahead += seconds;
    else if (ended === null) ahead += Math.max(0.1 * seconds, seconds - (now - began) / 1000);
    else {
      expected += seconds;
      taken += (ended - began) / 1000;
    }
  }
  return ahead * (expected > 0 ? taken / expected : 1);
}

/** Share of the whole that is done, 0 to 1: of the time, by what is left of it; 0 before that is known. */
export function shareDone(state: BenchState, now: number): number {
  const began = state.groups[0]?.began ?? null;
  const left = secondsLeft(state, now);
  if (began === null || left === null) return 0;
  const passed = (now - began) / 1000;
  return passed / (passed + left || 1);
}
