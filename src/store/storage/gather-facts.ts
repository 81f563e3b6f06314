import { engineLock } from '../../worker/engine-client.ts';
import { exportLockPrefix } from '../../worker/export-storage.ts';
import { modelStore } from '../model-store.ts';
import { engineStore, isOver } from '../run-store.ts';
import { heldRuns, locksHeld } from '../runs/run-locks.ts';
import { openLibrary } from '../runs/run-library.ts';
import { runsStore } from '../runs/runs-store.ts';
import { offlineFiles, privateDownloads } from './beside-files.ts';
import { listSiteFiles } from './site-files.ts';
import type { StorageFacts } from './stored-things.ts';

/** Models that this tab works on or downloads. */
function modelsHere(): ReadonlySet<string> {
  const { run, status } = engineStore.getState();
  const downloading = [...modelStore.getState().downloads].filter(([, download]) => download.status === 'running').map(([model]) => model);
  return new Set([...downloading, ...(run.config && status !== 'idle' && !isOver(status) ? [run.config.model] : [])]);
}

/** Folders of exports that some worker holds; `own`: that of this page's engine. */
async function heldExports(): Promise<{ readonly all: ReadonlySet<string>; readonly own: string | null }> {
  const held = await locksHeld();
  const engine = held.find(({ name }) => name === engineLock())?.holder ?? null;
  const folders = held.flatMap(({ name, holder }) => (name.startsWith(exportLockPrefix) ? [{ id: name.slice(exportLockPrefix.length), holder }] : []));
  return { all: new Set(folders.map(({ id }) => id)), own: (engine && folders.find(({ holder }) => holder === engine)?.id) ?? null };
}

/** Nothing to be had where the browser refuses it. */
const orNothing = (bytes: Promise<number>): Promise<number> => bytes.catch(() => 0);

/** All that the list of stored things is made from, as it is now. Throws what reading the library and the files throws. */
export async function gatherFacts(): Promise<StorageFacts> {
  await (await openLibrary()).refresh();
  const [files, held, exports, downloads, offline] = await Promise.all([
    listSiteFiles(),
    heldRuns(),
    heldExports(),
    orNothing(privateDownloads.bytes()),
    orNothing(offlineFiles.bytes()),
  ]);
  const { exporting, run } = engineStore.getState();
  const writing = exporting !== null || run.phase === 'export';
  const { runs, deleted } = runsStore.getState();
  // Whoever has exports may be handing files to the reader at this moment.
  const handing = writing || [...exports.all].some((id) => id !== exports.own);
  return { files, runs: [...(runs ?? []), ...deleted], held, models: modelsHere(), exportsHeld: exports.all, ownExports: exports.own, exporting: writing, downloads: handing ? 0 : downloads, offline };
}
