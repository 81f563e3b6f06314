import type { RunEvent } from '../run/run-events.ts';
import { createAppend } from './append.ts';
import { initialRunState } from './initial-run-state.ts';
import { reduceDatabase } from './reduce-database.ts';
import { reduceLog } from './reduce-log.ts';
import { reduceOutcome } from './reduce-outcome.ts';
import { reducePhases } from './reduce-phases.ts';
import { reduceProfile } from './reduce-profile.ts';
import { reduceRestoring } from './reduce-restoring.ts';
import { reduceSearch } from './reduce-search.ts';
import type { RunState } from './run-state.ts';

/**
 * What is true after a batch of events. Pure: the given state is never touched, and splitting the events into other
 * batches gives the same state. `run-started` begins anew.
 */
export function reduceRun(state: RunState, events: readonly RunEvent[]): RunState {
  const append = createAppend();
  return events.reduce((before, event) => {
    let now = event.type === 'run-started' ? { ...initialRunState, config: event.config, startedAt: event.startedAt } : before;
    now = reducePhases(now, event);
    now = reduceDatabase(now, event);
    now = reduceSearch(now, event, append);
    now = reduceOutcome(now, event, append);
    now = reduceProfile(now, event, append);
    now = reduceRestoring(now, event);
    now = reduceLog(now, event, append);
    return now.at === event.at ? now : { ...now, at: event.at };
  }, state);
}
