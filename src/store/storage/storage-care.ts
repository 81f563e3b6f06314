import { modelStore } from '../model-store.ts';
import { engineStore } from '../run-store.ts';
import { loadRuns } from '../runs/load-runs.ts';
import { runsStore } from '../runs/runs-store.ts';
import { askToKeepOnce } from './keep-storage.ts';
import { missWhatIsGone } from './miss-what-is-gone.ts';

/** Milliseconds between two looks at what is stored, at least. */
const pause = 2000;

let timer: ReturnType<typeof setTimeout> | null = null;
let looking: Promise<void> = Promise.resolve();

/** Looks soon, and once for all that asked meanwhile. */
function lookSoon(): void {
  timer ??= setTimeout(() => {
    timer = null;
    looking = looking.then(missWhatIsGone).catch(() => undefined); // a storage that cannot be read is told where it is needed
  }, pause);
}

const downloading = ({ downloads }: ReturnType<typeof modelStore.getState>): number => [...downloads.values()].filter(({ status }) => status === 'running').length;

/**
 * Begins to care for what the page stores: notes what is there, misses what is not, and asks the browser to keep it. That is asked when the
 * reader has started the first run or the first download, since from then on there is something to lose, and a press of theirs is behind it.
 */
export async function careForStorage(): Promise<void> {
  engineStore.subscribe((now, before) => {
    if (now.status === before.status) return;
    if (before.status === 'idle') void askToKeepOnce();
    lookSoon();
  });
  modelStore.subscribe((now, before) => {
    if (now.downloads === before.downloads || downloading(now) === downloading(before)) return;
    if (downloading(now) > downloading(before)) void askToKeepOnce();
    lookSoon();
  });
  runsStore.subscribe((now, before) => {
    if (now.runs?.length !== before.runs?.length || now.deleted.length !== before.deleted.length) lookSoon();
  });
  // Browsers clear while nobody looks.
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) void loadRuns().then((library) => library.refresh()).then(lookSoon, () => undefined);
  });
  await loadRuns();
  await missWhatIsGone();
}
