import type { Phase } from '../../run/run-events.ts';
import { computeRate, duration, percent } from '../format/format.ts';
import type { PhaseRow } from './phase-rows.ts';

const spentIn: Readonly<Record<Phase, string>> = {
  load: 'loading',
  calibrate: 'calibration',
  database: 'the level database',
  search: 'the search',
  'post-train': 'post-training',
  evaluate: 'evaluation',
  export: 'the export',
};

interface Told {
  /** At least one. */
  readonly rows: readonly PhaseRow[];
  readonly over: boolean;
  /** It ran on this device. */
  readonly here: boolean;
  /** Active seconds that it took, or has taken so far. */
  readonly seconds: number;
}

/** Where most of the time went and how near the device's peak that was, from what was counted and measured. */
export function leadOf({ rows, over, here, seconds }: Told): string {
  const most = rows.reduce<PhaseRow | null>((longest, row) => (longest && longest.seconds >= row.seconds ? longest : row), null);
  const took = over ? `The run took ${duration(seconds)}` : `The run has taken ${duration(seconds)} so far`;
  if (!most) return `${took}.`;
  const share = most.share === 1 ? 'all' : percent(most.share, 0);
  const peak = most.ofPeak === null ? '' : ` or ${percent(most.ofPeak, 0)} of ${here ? 'this' : 'its'} device’s peak`;
  const rate = most.flops === null ? '' : `, at ${computeRate(most.flops)}${peak}`;
  // Loading computes nothing: that all of it is outside says nothing.
  const outside = most.outside === null || most.flops === null ? '' : ` ${percent(most.outside)} of that time was outside sessions and kernels.`;
  return `${took}, ${share} of it in ${spentIn[most.phase]}${rate}.${outside}`;
}
