import type { CheckpointSummary } from '../worker/protocol.ts';
import type { Checkpoints } from './checkpoint-store.ts';
import type { Runs } from './runs/runs-store.ts';
import type { StoredRun } from './runs/stored-run.ts';

/** A run that was interrupted, with what the library knows of it. */
export interface Resumable {
  readonly summary: CheckpointSummary;
  readonly stored: StoredRun | null;
}

/** Runs that are saved on the way and that no tab has, the newest first; none until the library was read. */
export function resumableRuns({ list, run: mine }: Pick<Checkpoints, 'list' | 'run'>, { runs, deleted, alive }: Pick<Runs, 'runs' | 'deleted' | 'alive'>): readonly Resumable[] {
  if (list === null || runs === null) return [];
  return list.flatMap((summary) => {
    const { run } = summary;
    const stored = runs.find(({ id }) => id === run) ?? null;
    const over = stored?.state === 'finished' || stored?.state === 'stopped';
    return run === mine || over || (alive.has(run) && stored?.state !== 'failed') || deleted.some(({ id }) => id === run) ? [] : [{ summary, stored }];
  });
}
