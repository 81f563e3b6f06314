import { useCheckpoints } from '../../store/checkpoint-store.ts';
import { useOtherRun } from '../../store/playback-store.ts';
import { useEngine } from '../../store/run-store.ts';
import { useRuns } from '../../store/runs/runs-store.ts';
import { useStored } from '../../store/storage/storage-store.ts';
import { go } from '../../store/view-store.ts';
import type { NoticeContent } from '../notices/notice.tsx';
import { Button } from '../parts/button.tsx';
import { openSheet } from '../shell/open-sheet.ts';
import { isActive } from '../shell/run-activity.ts';
import { MakeRoom } from './make-room.tsx';

/** What is to be said of the browser's storage, and of runs that other tabs have, newest first. */
export function useStorageNotices(): readonly (NoticeContent | null)[] {
  return [useLostNotice(), useNoRoomNotice(), useUnstoredNotice(), useElsewhereNotice()];
}

const plural = (amount: number, one: string): string => `${amount} ${one}${amount === 1 ? '' : 's'}`;

/** The browser cleared files without being asked. */
function useLostNotice(): NoticeContent | null {
  const lost = useStored((stored) => stored.lost);
  const persisted = useRuns((runs) => runs.persisted);
  if (lost === null) return null;
  const { models, runs, checkpoints } = lost;
  const parts = [
    models.length > 0 ? plural(models.length, 'downloaded model') : null,
    runs.length > 0 ? plural(runs.length, 'run') : null,
    checkpoints.length > 0 ? plural(checkpoints.length, 'place') + ' to go on from' : null,
  ].filter((part) => part !== null);
  const why = persisted === true ? 'It has promised to keep what is stored from now on.' : 'It may do so when the disk is full or after a long time.';
  const remedies = [models.length > 0 ? ' Models can be downloaded again.' : '', runs.length > 0 ? ' Runs can be imported where you saved their events.' : ''];
  return {
    id: 'lost',
    state: 'warn',
    title: `This browser cleared stored files of this page: ${parts.join(', ')}.`,
    text: why + remedies.join(''),
    actions: <Button onClick={() => openSheet('storage')}>Storage…</Button>,
  };
}

/** The run goes on without being saved or stored, for lack of room: told once, as long as it lasts. */
function useNoRoomNotice(): NoticeContent | null {
  const unsaved = useCheckpoints(({ saved }) => saved?.problem ?? null);
  const savedAt = useCheckpoints(({ saved }) => saved?.savedAt ?? null);
  const unstored = useRuns((runs) => runs.problem);
  const active = useEngine(({ status }) => isActive(status));
  const problem = [unsaved, unstored].find((each) => each?.action === 'make-room') ?? null;
  if (problem === null || !active) return null;
  return {
    id: `no-room-${savedAt}`, // once it was saved again, another time is news
    state: 'warn',
    title: 'There is no room left in this browser’s storage.',
    text: 'The run goes on, but is not being saved: what comes from here on is lost with the tab. Delete what you no longer need, and it is saved again by itself.',
    actions: <MakeRoom explanation={problem} />,
  };
}

/** A run that is not stored, or only for now, goes on all the same. */
function useUnstoredNotice(): NoticeContent | null {
  const status = useEngine((engine) => engine.status);
  const problem = useRuns((runs) => runs.problem);
  if (status === 'idle' || problem === null || (problem.action === 'make-room' && isActive(status))) return null;
  const { what, means, remedy } = problem;
  return {
    id: `runs-${what}`,
    state: 'warn',
    title: what,
    text: `${means} ${remedy}`,
    actions: problem.action ? <MakeRoom explanation={problem} /> : <Button onClick={() => go({ view: 'runs', candidate: null })}>Open runs</Button>,
  };
}

/** Told where no run is shown: one of another tab can be watched. */
function useElsewhereNotice(): NoticeContent | null {
  const idle = useEngine((engine) => engine.status === 'idle');
  const other = useOtherRun() !== null;
  const run = useRuns(({ runs, alive, recording }) => runs?.find(({ id, state }) => state === 'running' && id !== recording && alive.has(id)) ?? null);
  if (!idle || other || run === null) return null;
  const watch = (): void => void import('../runs/watch-run.ts').then(({ watchRun }) => watchRun(run));
  return { id: `elsewhere-${run.id}`, state: 'note', title: `${run.name} runs in another tab.`, text: 'It can be watched here as it is stored.', actions: <Button onClick={watch}>Watch</Button> };
}
