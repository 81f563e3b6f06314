import { useMemo } from 'react';
import { controlsOf, type ControlledRun } from './runs/controls.ts';
import { useRuns } from './runs/runs-store.ts';
import type { ControlKind, StoredRun } from './runs/stored-run.ts';
import { useRun } from './use-run.ts';

const noChanges: ControlledRun['changes'] = [];

/** The run that is shown here as controls see it; null before it began. Stable while nothing of it changes. */
export function useControlled(): ControlledRun | null {
  const config = useRun((run) => run.config);
  const changes = useRun((run) => run.search?.changes ?? noChanges);
  // While it searches, as many as are planned count.
  const generations = useRun((run) => (run.search?.finished ? run.search.history.length : 0));
  return useMemo(() => config && { config, changes, generations }, [config, changes, generations]);
}

/** The run shown here as it is in the library; null where it is not there, as the recording that comes with the page. */
export function useStoredRun(): StoredRun | null {
  const startedAt = useRun((run) => run.startedAt);
  const seed = useRun((run) => run.config?.seed);
  return useRuns(({ runs }) => runs?.find((stored) => stored.startedAt === startedAt && stored.config.seed === seed) ?? null);
}

/**
 * Finished runs in the library that are controls of the run shown here (`uniform`, `random` at equal budget, `untrained`): the same
 * settings but for that. A control's curve is `run.curve`, its held-out quality `run.quality.winner`, its speed `run.speed.winner`.
 */
export function useControls(): Partial<Readonly<Record<ControlKind, StoredRun>>> {
  const run = useControlled();
  const all = useRuns((runs) => runs.runs);
  return useMemo(() => (run && all ? controlsOf(run, all) : {}), [run, all]);
}
