import type { RunEvent } from '../../run/run-events.ts';
import type { RunProfile } from '../../run/run-profile.ts';
import type { ProfilePoint } from '../../store/run-state.ts';

/** A run of 100 s after so many generations of 10 s, as a device of 1 GFLOP/s would tell it. */
export function profileAfter(generations: number): RunProfile {
  const search = { phase: 'search' as const, seconds: 10 * generations, flop: 5e9 * generations, forwardTokens: 8000 * generations, trainedTokens: 2000 * generations };
  return {
    phases: [
      { phase: 'load', seconds: 2, flop: 0, forwardTokens: 0, trainedTokens: 0 },
      { phase: 'calibrate', seconds: 8, flop: 2e9, forwardTokens: 4096, trainedTokens: 0 },
      { phase: 'database', seconds: 30, flop: 15e9, forwardTokens: 0, trainedTokens: 0 },
      ...(generations > 0 ? [search] : []),
    ],
    programs: [
      { name: 'mlp.backward', runs: 40 * generations, seconds: 4 * generations, gpuSeconds: 3 * generations },
      { name: 'mlp.forward', runs: 60 + 80 * generations, seconds: 6 + 3 * generations, gpuSeconds: 3 + 2 * generations },
      { name: 'adamw', runs: 20 * generations, seconds: 2 * generations, gpuSeconds: null },
      { name: 'compile', runs: 9, seconds: 2, gpuSeconds: null },
    ],
    traffic: { uploads: 30 + 20 * generations, uploadedBytes: 4e6 + 1e6 * generations, readbacks: 8 + 4 * generations, readBytes: 1e5 + 64 * generations },
    hostSeconds: 3 + generations,
    peakFlops: 1e9,
    memory: { tensors: 120, bytes: 30e6, peakBytes: 48e6 },
  };
}

/** What the store keeps of it; generation g took `lengths[g - 1]` seconds, 10 unless said otherwise. */
export function pointAfter(generation: number, lengths: readonly number[] = []): ProfilePoint {
  const { phases, traffic, hostSeconds } = profileAfter(generation);
  const sum = (of: 'flop' | 'forwardTokens' | 'trainedTokens'): number => phases.reduce((total, phase) => total + phase[of], 0);
  const seconds = 40 + Array.from({ length: generation }, (_, index) => lengths[index] ?? 10).reduce((total, length) => total + length, 0);
  return { generation, at: seconds, seconds, flop: sum('flop'), forwardTokens: sum('forwardTokens'), trainedTokens: sum('trainedTokens'), hostSeconds, ...traffic, foretold: generation === 0 ? null : 100 };
}

/** The events of a run with a profile where the search begins, a generation is over, and the search is, as the engine would tell it. */
export function withProfiles(events: Iterable<RunEvent>): RunEvent[] {
  let generations = 0;
  return [...events].flatMap((event): RunEvent[] => {
    if (event.type === 'generation-finished') generations++;
    if (event.type !== 'database-ready' && event.type !== 'generation-finished' && event.type !== 'search-finished') return [event];
    return [event, { type: 'profile', profile: profileAfter(generations), at: event.at }];
  });
}
