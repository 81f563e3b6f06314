import type { RunEvent } from '../run/run-events.ts';
import type { Restoring, RunState } from './run-state.ts';

/** Before anything is told of it. */
export const beginRestoring: Restoring = { why: 'returned', done: 0, total: 0, unit: '', note: null };

/** What comes in between, and does not end it. */
const beside: ReadonlySet<RunEvent['type']> = new Set(['device', 'device-lost', 'warning', 'slept', 'memory', 'memory-planned']);

/** What is made ready again before a run goes on. */
export function reduceRestoring(state: RunState, event: RunEvent): RunState {
  switch (event.type) {
    case 'run-resumed':
      return { ...state, failure: null, restoring: { ...beginRestoring, why: event.why } };
    case 'restoring': {
      const { done, total, unit, note = null } = event;
      return { ...state, restoring: { why: state.restoring?.why ?? 'returned', done, total, unit, note } };
    }
    default:
      return state.restoring === null || beside.has(event.type) ? state : { ...state, restoring: null };
  }
}
