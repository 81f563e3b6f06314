import { explain, type Explanation } from '../../base/explained-error.ts';
import { modelFolder } from '../../sources/stored-record.ts';
import { StorageBusyError } from '../../storage/storage-errors.ts';
import { openLibrary } from '../runs/run-library.ts';
import { offlineFiles, privateDownloads } from './beside-files.ts';
import { gatherFacts } from './gather-facts.ts';
import { noteGoing } from './kept-note.ts';
import { missWhatIsGone } from './miss-what-is-gone.ts';
import { tellRoomMade } from './room-made.ts';
import { siteFiles } from './site-files.ts';
import { leftoverExports, storedThings, type StoredThing } from './stored-things.ts';
import { storedStore } from './storage-store.ts';

/** Looks at everything that is stored, and at what should be. Never throws: what went wrong stands among the problems. */
export async function lookAtStorage(): Promise<void> {
  try {
    storedStore.setState({ things: storedThings(await gatherFacts()) });
    await missWhatIsGone();
  } catch (error) {
    storedStore.setState(({ things }) => ({ things: things ?? [], problems: [explain(error)] }));
  }
}

/** Removes what nobody has open. */
async function removeUnlessBusy(path: string): Promise<void> {
  try {
    await siteFiles.remove(path);
  } catch (error) {
    if (!(error instanceof StorageBusyError)) throw error;
  }
}

async function removeLeftovers(): Promise<void> {
  const facts = await gatherFacts();
  for (const { path } of facts.files) if (path.startsWith('scratch/')) await removeUnlessBusy(path);
  for (const id of leftoverExports(facts)) await removeUnlessBusy(`exports/${id}`);
  if (facts.downloads > 0) await privateDownloads.remove();
}

async function removeCheckpoint(id: string): Promise<void> {
  noteGoing('checkpoints', id);
  await siteFiles.remove(`checkpoints/${id}`);
}

async function removeRun(id: string): Promise<void> {
  await removeCheckpoint(id); // of no use without its run
  const library = await openLibrary();
  await library.remove(id);
  await library.tell();
}

async function removeModel(model: string): Promise<void> {
  noteGoing('models', model);
  await siteFiles.remove(modelFolder(model));
}

const removers: Readonly<Record<StoredThing['kind'], (id: string) => Promise<void>>> = {
  model: removeModel,
  run: removeRun,
  checkpoint: removeCheckpoint,
  export: (id) => siteFiles.remove(`exports/${id}`),
  leftover: removeLeftovers,
  offline: () => offlineFiles.remove(),
};

/** Why some things could not be deleted, one a cause. */
const apart = (problems: readonly Explanation[]): readonly Explanation[] => [...new Map(problems.map((problem) => [problem.what, problem])).values()];

/**
 * Deletes things for good, but what has come into use meanwhile, and tells those who had no room. `onModel` hears of models that are no
 * longer here. Never throws.
 */
export async function removeThings(chosen: readonly StoredThing[], onModel: (model: string) => void): Promise<void> {
  storedStore.setState({ removing: true, problems: [] });
  const problems: Explanation[] = [];
  await lookAtStorage();
  const now = storedStore.getState().things ?? [];
  let freed = 0;
  for (const { kind, id } of chosen) {
    const thing = now.find((other) => other.kind === kind && other.id === id);
    if (!thing || thing.inUse !== null) continue;
    try {
      await removers[kind](id);
      if (kind === 'model') onModel(id);
      freed += thing.bytes;
    } catch (error) {
      problems.push(explain(error));
    }
  }
  await lookAtStorage();
  storedStore.setState((state) => ({ removing: false, freed: state.freed + freed, problems: apart([...problems, ...state.problems]) }));
  if (freed > 0) tellRoomMade();
}
