import { findCandidate, type FoundCandidate } from '../../store/find-candidate.ts';
import { initialRunState } from '../../store/initial-run-state.ts';
import { reduceRun } from '../../store/reduce-run.ts';
import { searchAt } from '../../store/search-in-force.ts';
import type { RunState, SearchState } from '../../store/run-state.ts';
import { eventsToSearch } from '../../store/run.fixture.ts';
import type { RunEvent } from '../../run/run-events.ts';
import type { Stage } from '../../run/run-config.ts';

/** A run in its second generation, with some events more. */
export function runWith(...more: readonly RunEvent[]): { run: RunState; search: SearchState; stages: readonly Stage[]; find: (id: string) => FoundCandidate } {
  const run = reduceRun(initialRunState, [...eventsToSearch, ...more]);
  const { search } = run;
  if (!search) throw new Error('the run is in its search');
  const find = (id: string): FoundCandidate => {
    const found = findCandidate(search, id);
    if (!found) throw new Error(`there is no ${id}`);
    return found;
  };
  return { run, search, stages: searchAt(run, search.generation)?.stages ?? [], find };
}
