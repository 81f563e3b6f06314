import { useMemo } from 'react';
import { useCheckpoints } from '../../store/checkpoint-store.ts';
import { resumableRuns, type Resumable } from '../../store/resumable.ts';
import { useRuns } from '../../store/runs/runs-store.ts';

/** Runs that one can go on with, the newest first. */
export function useResumable(): readonly Resumable[] {
  const list = useCheckpoints((checkpoints) => checkpoints.list);
  const run = useCheckpoints((checkpoints) => checkpoints.run);
  const runs = useRuns((state) => state.runs);
  const deleted = useRuns((state) => state.deleted);
  const alive = useRuns((state) => state.alive);
  return useMemo(() => resumableRuns({ list, run }, { runs, deleted, alive }), [list, run, runs, deleted, alive]);
}
