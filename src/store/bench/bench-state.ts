import type { Explanation } from '../../base/explained-error.ts';
import type { Figure } from '../../bench/bench.ts';
import type { PageGroup } from '../../bench/page-groups.ts';
import type { DeviceInfo } from '../../runtime/runtime.ts';
import type { BenchMessage, BenchRequest } from '../../worker/bench-protocol.ts';

export type BenchChoice = Omit<BenchRequest, 'type' | 'siteBase'>;

export interface GroupState {
  readonly group: PageGroup;
  readonly figures: readonly Figure[];
  /** Milliseconds since the page was opened; null: not yet. */
  readonly began: number | null;
  readonly ended: number | null;
  readonly failure: Explanation | null;
}

/** What the benchmark has found so far, and where it is. */
export interface BenchState {
  /** `cancelled` by the reader; `failed` where it could not go on. */
  readonly status: 'idle' | 'running' | 'finished' | 'cancelled' | 'failed';
  readonly choice: BenchChoice | null;
  readonly device: DeviceInfo | null;
  /** Of small matrix products; 0 before the device was timed. */
  readonly flopsPerSecond: number;
  readonly groups: readonly GroupState[];
  readonly failure: Explanation | null;
}

export const idleBench: BenchState = { status: 'idle', choice: null, device: null, flopsPerSecond: 0, groups: [], failure: null };

export const begunBench = (choice: BenchChoice): BenchState => ({
  ...idleBench,
  status: 'running',
  choice,
  groups: choice.groups.map((group) => ({ group, figures: [], began: null, ended: null, failure: null })),
});

const withGroup = (state: BenchState, name: PageGroup, change: (group: GroupState) => Partial<GroupState>): BenchState => ({
  ...state,
  groups: state.groups.map((group) => (group.group === name ? { ...group, ...change(group) } : group)),
});

/** The state after a message that came at `now`, milliseconds. */
export function reduceBench(state: BenchState, message: BenchMessage, now: number): BenchState {
  switch (message.type) {
    case 'device':
      return { ...state, device: message.device, flopsPerSecond: message.flopsPerSecond };
    case 'began':
      return withGroup(state, message.group, () => ({ began: now }));
    case 'figure':
      return withGroup(state, message.group, ({ figures }) => ({ figures: [...figures, message.figure] }));
    case 'ended':
      return withGroup(state, message.group, () => ({ ended: now, failure: message.failure }));
    case 'finished':
      return { ...state, status: 'finished' };
    case 'failed':
      return { ...state, status: 'failed', failure: message.explanation };
  }
}
