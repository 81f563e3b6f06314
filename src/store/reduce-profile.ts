import type { RunEvent } from '../run/run-events.ts';
import type { RunProfile } from '../run/run-profile.ts';
import type { Append } from './append.ts';
import type { ProfilePoint, RunState } from './run-state.ts';

const noCourse: readonly ProfilePoint[] = [];

/** Keeps the last profile whole, and of each generation's the sums that a curve over generations is made of. */
export function reduceProfile(state: RunState, event: RunEvent, append: Append): RunState {
  if (event.type !== 'profile') return state;
  const { profile: now, at } = event;
  const generation = state.search?.history.length ?? 0;
  const { runSeconds } = state.estimate;
  const point: ProfilePoint = { generation, at, ...sumsOf(now), foretold: runSeconds === null ? null : at + runSeconds };
  const base = generation === 0 ? point : (state.profile?.base ?? null);
  const course = state.profile?.course ?? noCourse;
  // What a phase's end tells after its last generation is no generation of its own.
  const next = generation > (course.at(-1)?.generation ?? 0) ? append(course, point) : course;
  return { ...state, profile: { now, base, course: next } };
}

/** What was done in all phases so far. */
function sumsOf({ phases, traffic, hostSeconds }: RunProfile) {
  const sum = (of: 'seconds' | 'flop' | 'forwardTokens' | 'trainedTokens'): number => phases.reduce((total, phase) => total + phase[of], 0);
  return { seconds: sum('seconds'), flop: sum('flop'), forwardTokens: sum('forwardTokens'), trainedTokens: sum('trainedTokens'), hostSeconds, ...traffic };
}
