import { median } from '../../base/median.ts';
import type { ProfilePoint } from '../../store/run-state.ts';
import type { Domain } from '../fitness/fitness-domain.ts';
import { csv } from '../parts/csv.ts';

/** What one generation did. Rates are over all of its time; null where there is none of it. */
export interface Pace extends Traffic {
  readonly generation: number;
  readonly seconds: number;
  readonly forwardTokens: number;
  readonly trainedTokens: number;
  readonly flop: number;
  /** Tokens a second. */
  readonly forwardRate: number | null;
  readonly trainedRate: number | null;
  /** FLOP/s, and its share of the measured peak. */
  readonly flops: number | null;
  readonly ofPeak: number | null;
  /** Seconds outside sessions and kernels, and their share. */
  readonly hostSeconds: number;
  readonly hostShare: number | null;
  /** Active seconds of the whole run, as they were estimated when it was over. */
  readonly foretold: number | null;
}

export interface Traffic {
  readonly uploads: number;
  readonly uploadedBytes: number;
  readonly readbacks: number;
  readonly readBytes: number;
}

/** The difference that each generation made; `base`: what was done before the first, `peak` in FLOP/s. */
export function paceOf(base: ProfilePoint | null, course: readonly ProfilePoint[], peak: number | null): readonly Pace[] {
  const known = base ? [base, ...course] : course;
  return known.flatMap((point, index) => {
    const before = known[index - 1];
    return before && point.generation === before.generation + 1 ? [between(before, point, peak)] : [];
  });
}

function between(before: ProfilePoint, now: ProfilePoint, peak: number | null): Pace {
  const seconds = now.seconds - before.seconds;
  const added = (of: 'forwardTokens' | 'trainedTokens' | 'flop' | 'hostSeconds' | keyof Traffic): number => now[of] - before[of];
  const rate = (amount: number): number | null => (amount > 0 && seconds > 0 ? amount / seconds : null);
  const flops = rate(added('flop'));
  return {
    generation: now.generation,
    seconds,
    forwardTokens: added('forwardTokens'),
    trainedTokens: added('trainedTokens'),
    flop: added('flop'),
    forwardRate: rate(added('forwardTokens')),
    trainedRate: rate(added('trainedTokens')),
    flops,
    ofPeak: flops === null || peak === null ? null : flops / peak,
    hostSeconds: added('hostSeconds'),
    hostShare: seconds > 0 ? added('hostSeconds') / seconds : null,
    uploads: added('uploads'),
    uploadedBytes: added('uploadedBytes'),
    readbacks: added('readbacks'),
    readBytes: added('readBytes'),
    foretold: now.foretold,
  };
}

/** Medians over the generations; null before the first. */
export function typicalTraffic(paces: readonly Pace[]): Traffic | null {
  if (paces.length === 0) return null;
  const middle = (of: keyof Traffic): number => median(paces.map((pace) => pace[of]));
  return { uploads: middle('uploads'), uploadedBytes: middle('uploadedBytes'), readbacks: middle('readbacks'), readBytes: middle('readBytes') };
}

/** What the curve over generations shows. */
export type PaceMeasure = 'rate' | 'peak' | 'seconds';

export interface PaceCurve {
  readonly name: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

const shown: Readonly<Record<PaceMeasure, readonly (readonly [name: string, of: (pace: Pace) => number | null])[]>> = {
  rate: [
    ['forward', ({ forwardRate }) => forwardRate],
    ['trained', ({ trainedRate }) => trainedRate],
  ],
  peak: [['of peak', ({ ofPeak }) => ofPeak]],
  seconds: [['a generation', ({ seconds }) => seconds]],
};

/** Lines over generations of what there is, and the axis from 0 that holds them. */
export function paceCurves(paces: readonly Pace[], measure: PaceMeasure): { readonly curves: readonly PaceCurve[]; readonly domain: Domain } {
  const curves = shown[measure].flatMap(([name, of]) => {
    const points = paces.flatMap((pace) => {
      const y = of(pace);
      return y === null ? [] : [{ x: pace.generation, y }];
    });
    return points.length > 0 ? [{ name, points }] : [];
  });
  const most = curves.reduce((top, { points }) => points.reduce((highest, { y }) => Math.max(highest, y), top), 0);
  return { curves, domain: { least: 0, most: most > 0 ? most * 1.05 : 1 } };
}

/** Plain numbers, full precision; a line a generation. */
export const paceCsv = (paces: readonly Pace[]): string =>
  csv([
    [
      'generation', 'seconds', 'forward_tokens', 'forward_tokens_per_second', 'trained_tokens', 'trained_tokens_per_second', 'flop', 'flop_per_second', 'share_of_peak', 'seconds_outside',
      'uploads', 'uploaded_bytes', 'readbacks', 'read_bytes', 'run_seconds_foretold',
    ],
    ...paces.map((pace) => [
      pace.generation, pace.seconds, pace.forwardTokens, pace.forwardRate, pace.trainedTokens, pace.trainedRate, pace.flop, pace.flops, pace.ofPeak, pace.hostSeconds,
      pace.uploads, pace.uploadedBytes, pace.readbacks, pace.readBytes, pace.foretold,
    ]),
  ]);
