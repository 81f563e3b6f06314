import { openWatch } from '../../store/playback-store.ts';
import { loadRuns } from '../../store/runs/load-runs.ts';
import type { StoredRun } from '../../store/runs/stored-run.ts';
import { go } from '../../store/view-store.ts';

/** Shows a run that another tab has under way, as that tab stores it. Throws what opening the library throws. */
export async function watchRun(run: StoredRun): Promise<void> {
  const [library, { RunWatch }] = await Promise.all([loadRuns(), import('../../store/runs/run-watch.ts')]);
  const watch = new RunWatch(run, library);
  await watch.catchUp();
  openWatch(watch);
  go({ view: 'search', candidate: null });
}
