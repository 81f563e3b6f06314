import type { RunState } from '../../store/run-state.ts';
import { duration, percent } from '../format/format.ts';

/** What is known of the time that a run takes, and how sure that is. Seconds. */
export interface Forecast {
  readonly over: boolean;
  readonly searching: boolean;
  /** Null where it is unknown, and of a run that is over. */
  readonly left: number | null;
  /** Of the whole run: as it is foretold now, or as it was. */
  readonly total: number | null;
  /** Of the whole run, as it was foretold after the first generation. */
  readonly first: number | null;
  /** Finished generations that the estimate rests on. */
  readonly timed: number;
  /** The middle half of their lengths; null of fewer than four. */
  readonly usual: readonly [low: number, high: number] | null;
  readonly changed: boolean;
}

/** As many of the last generations as the estimator looks at. */
const windowLength = 8;
const leastForHalf = 4;
/** Foretold to this share counts as right. */
const right = 0.01;

/** Quantile by linear interpolation between the sorted values (Hyndman and Fan 1996, type 7). */
function quantile(sorted: readonly number[], share: number): number {
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  return below + (place - Math.floor(place)) * ((sorted[Math.ceil(place)] ?? Number.NaN) - below);
}

export function forecastOf({ at, estimate, phase, profile, result, failure, search }: RunState): Forecast {
  const over = result !== null || failure !== null;
  const left = over ? null : estimate.runSeconds;
  const course = profile?.course ?? [];
  const ends = [...(profile?.base ? [profile.base] : []), ...course].map(({ seconds }) => seconds);
  const lengths = ends.slice(1).map((end, index) => end - (ends[index] ?? end)).slice(-windowLength).sort((a, b) => a - b);
  return {
    over,
    searching: phase === 'search',
    left,
    total: over ? at : left === null ? null : at + left,
    first: course[0]?.generation === 1 ? course[0].foretold : null,
    timed: lengths.length,
    usual: lengths.length < leastForHalf ? null : [quantile(lengths, 0.25), quantile(lengths, 0.75)],
    changed: (search?.changes.length ?? 0) > 0,
  };
}

/** What the time left rests on and how well it has been foretold so far, in sentences. */
export const forecastWords = (forecast: Forecast): readonly string[] => [...basis(forecast), ...kept(forecast)];

function basis({ over, left, searching, timed, usual }: Forecast): string[] {
  if (over) return [];
  if (left === null) return ['It is not known yet.'];
  if (!searching && timed > 0) return ['It rests on the pace of this phase and, for those ahead, on the rates that were measured.'];
  if (timed === 0) return ['Rough: no generation has been timed yet, so it rests on the rates that were measured.'];
  if (usual) return [`It rests on the last ${timed} generations, half of which took ${duration(usual[0])} to ${duration(usual[1])}.`];
  return [timed === 1 ? 'It rests on one generation.' : `It rests on ${timed} generations.`];
}

/** What was foretold after the first generation beside what is known now. */
function kept({ over, first, total, timed, changed }: Forecast): string[] {
  if (first === null || total === null || (!over && timed < 2)) return [];
  const foretold = `After the first generation ${duration(first)} were foretold for the whole run`;
  const since = changed ? ['Settings were changed since.'] : [];
  if (!over) return [`${foretold}; now it is ${duration(total)}.`, ...since];
  const off = first / total - 1;
  const verdict = Math.abs(off) < right ? ', as it was' : `: ${percent(Math.abs(off), 0)} too ${off > 0 ? 'much' : 'little'}`;
  return [`${foretold}${verdict}.`, ...since];
}
