import { phases as inOrder, type Phase } from '../../run/run-events.ts';
import type { PhaseProfile } from '../../run/run-profile.ts';
import type { ProfileState, RunState } from '../../store/run-state.ts';
import { csv } from '../parts/csv.ts';

/** A phase whose counts may be unknown: runs of older versions have nothing but times. */
type KnownPhase = Pick<PhaseProfile, 'phase' | 'seconds'> & { readonly [Count in 'flop' | 'forwardTokens' | 'trainedTokens']: number | null };

/** A line of the table of phases. Rates are over all of the phase's time; null where there is none of it. */
export interface PhaseRow extends KnownPhase {
  readonly phase: Phase;
  /** Where it begins and how long it is, as shares of all phases' time. */
  readonly begins: number;
  readonly share: number;
  /** Of its time, outside sessions and kernels; null where none is told. */
  readonly outside: number | null;
  /** FLOP/s, and its share of the measured peak. */
  readonly flops: number | null;
  readonly ofPeak: number | null;
  /** Tokens a second. */
  readonly forwardRate: number | null;
  readonly trainedRate: number | null;
}

const rate = (amount: number | null, seconds: number): number | null => (amount !== null && amount > 0 && seconds > 0 ? amount / seconds : null);
const over = (part: number | null, whole: number | null): number | null => (part === null || whole === null || whole === 0 ? null : part / whole);

/** The phases so far, one after the other; `peak` in FLOP/s, `outside`: seconds outside sessions and kernels. */
export function phaseRows(phases: readonly KnownPhase[], peak: number | null, outside: ProfileState['outside'] = {}): readonly PhaseRow[] {
  const all = phases.reduce((sum, { seconds }) => sum + seconds, 0);
  let passed = 0;
  return phases.map((phase) => {
    const { seconds, flop, forwardTokens, trainedTokens } = phase;
    const begins = over(passed, all) ?? 0;
    passed += seconds;
    const flops = rate(flop, seconds);
    return { ...phase, begins, share: over(seconds, all) ?? 0, outside: rate(outside[phase.phase] ?? null, seconds), flops, ofPeak: over(flops, peak), forwardRate: rate(forwardTokens, seconds), trainedRate: rate(trainedTokens, seconds) };
  });
}

/** All phases together. */
export function totalOf(rows: readonly PhaseRow[], peak: number | null): Pick<PhaseRow, 'seconds' | 'outside' | 'flop' | 'flops' | 'ofPeak'> {
  const seconds = rows.reduce((sum, row) => sum + row.seconds, 0);
  const flop = rows.reduce<number | null>((sum, row) => (sum === null || row.flop === null ? null : sum + row.flop), 0);
  const flops = rate(flop, seconds);
  const outside = rate(rows.reduce((sum, row) => sum + (row.outside ?? 0) * row.seconds, 0), seconds);
  return { seconds, outside, flop, flops, ofPeak: over(flops, peak) };
}

/** The phases of a run without a profile: those that are over, with the time they took. */
export const timedPhases = (phases: RunState['phases']): readonly KnownPhase[] =>
  inOrder.flatMap((phase) => {
    const { seconds } = phases[phase];
    return seconds === null ? [] : [{ phase, seconds, flop: null, forwardTokens: null, trainedTokens: null }];
  });

/** Plain numbers, full precision. */
export const phasesCsv = (rows: readonly PhaseRow[]): string =>
  csv([
    ['phase', 'seconds', 'share', 'share_outside', 'flop', 'flop_per_second', 'share_of_peak', 'forward_tokens', 'forward_tokens_per_second', 'trained_tokens', 'trained_tokens_per_second'],
    ...rows.map((row) => [row.phase, row.seconds, row.share, row.outside, row.flop, row.flops, row.ofPeak, row.forwardTokens, row.forwardRate, row.trainedTokens, row.trainedRate]),
  ]);
