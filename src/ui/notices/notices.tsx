import { lazy, Suspense, useState } from 'react';
import { useCheckpoints } from '../../store/checkpoint-store.ts';
import { useWatchedRun } from '../../store/playback-store.ts';
import { useEngine } from '../../store/run-store.ts';
import { dismissIgnored } from '../../store/settings-store.ts';
import { closeLost } from '../../store/storage/storage-store.ts';
import { Notice } from './notice.tsx';
import './notices.css';
import { useNotices } from './use-notices.tsx';

/** Later than the first paint, and only where a run was interrupted. */
const ResumeNotices = lazy(() => import('../resume/resume-notices.tsx').then(({ ResumeNotices: component }) => ({ default: component })));

/** More would push the run out of view. */
const most = 2;

/** Bars under the run bar, newest first; what does not fit is counted. */
export function Notices() {
  const [dismissed, setDismissed] = useState<readonly string[]>([]);
  const open = useNotices().filter((notice) => !dismissed.includes(notice.id));
  const watching = useWatchedRun() !== null; // whose bar says the same
  const interrupted = useWasInterrupted() && !watching;
  if (open.length === 0 && !interrupted) return null;
  const dismiss = (id: string) => {
    if (id === 'ignored') dismissIgnored();
    else if (id === 'lost') closeLost();
    setDismissed([...dismissed, id]);
  };
  return (
    <section className="notices" aria-label="Messages">
      {interrupted && (
        <Suspense>
          <ResumeNotices />
        </Suspense>
      )}
      {open.slice(0, most).map((notice) => (
        <Notice key={notice.id} notice={notice} onDismiss={() => dismiss(notice.id)} />
      ))}
      {open.length > most && <p className="note tertiary notices-more">{open.length - most} more in the log</p>}
    </section>
  );
}

/** Whether something is to be said of a run that was interrupted. */
function useWasInterrupted(): boolean {
  const restoring = useEngine((engine) => engine.run.restoring !== null);
  const told = useCheckpoints(({ list, interruption, refusal }) => interruption !== null || refusal !== null || (list?.length ?? 0) > 0);
  return restoring || told;
}
