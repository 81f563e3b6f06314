import { folderModel } from '../../sources/stored-record.ts';
import { heldRuns } from '../runs/run-locks.ts';
import { runsStore } from '../runs/runs-store.ts';
import { compareKept, readLost } from './kept-note.ts';
import { listSiteFiles } from './site-files.ts';
import { storedStore } from './storage-store.ts';

/** Compares what is stored with what was noted, notes what is there, and shows what the browser has cleared. The library was read before. */
export async function missWhatIsGone(): Promise<void> {
  const [files, held] = await Promise.all([listSiteFiles(), heldRuns()]);
  const namesIn = (folder: string): readonly string[] => [...new Set(files.flatMap(({ path }) => (path.startsWith(`${folder}/`) ? [path.split('/')[1] ?? ''] : [])))];
  const { runs, deleted, unread } = runsStore.getState();
  if (runs === null) return;
  const all = [...runs, ...deleted];
  const unfinished = new Set(all.filter(({ id, state }) => state === 'running' && !held.has(id)).map(({ id }) => id));
  compareKept('models', namesIn('models').flatMap((name) => folderModel(name) ?? []));
  compareKept('checkpoints', namesIn('checkpoints'), (id) => unfinished.has(id));
  // Runs of another version of the page are there, but not in the list.
  if (unread === 0) compareKept('runs', all.map(({ id }) => id));
  storedStore.setState({ lost: readLost() });
}
