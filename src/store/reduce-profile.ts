import type { RunEvent } from '../run/run-events.ts';
import type { RunProfile } from '../run/run-profile.ts';
import type { Append } from './append.ts';
import type { ProfilePoint, ProfileState, RunState } from './run-state.ts';

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
  return { ...state, profile: { now, base, course: next, outside: outsideOf(now, state.profile?.outside ?? {}) } };
}

/** What is told of all phases together, parted: what is new since the phases before were over belongs to the last. */
function outsideOf({ phases, hostSeconds }: RunProfile, before: ProfileState['outside']): ProfileState['outside'] {
  const last = phases.at(-1)?.phase;
  if (last === undefined) return before;
  const earlier = phases.slice(0, -1).reduce((sum, { phase }) => sum + (before[phase] ?? 0), 0);
  return { ...before, [last]: Math.max(0, hostSeconds - earlier) };
}

/** What was done in all phases so far. */
function sumsOf({ phases, traffic, hostSeconds }: RunProfile) {
  const sum = (of: 'seconds' | 'flop' | 'forwardTokens' | 'trainedTokens'): number => phases.reduce((total, phase) => total + phase[of], 0);
  return { seconds: sum('seconds'), flop: sum('flop'), forwardTokens: sum('forwardTokens'), trainedTokens: sum('trainedTokens'), hostSeconds, ...traffic };
}
