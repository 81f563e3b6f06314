import { useState } from 'react';
import { dismissIgnored } from '../../store/settings-store.ts';
import { Notice } from './notice.tsx';
import './notices.css';
import { useNotices } from './use-notices.tsx';

/** More would push the run out of view. */
const most = 2;

/** Bars under the run bar, newest first; what does not fit is counted. */
export function Notices() {
  const [dismissed, setDismissed] = useState<readonly string[]>([]);
  const open = useNotices().filter((notice) => !dismissed.includes(notice.id));
  if (open.length === 0) return null;
  const dismiss = (id: string) => {
    if (id === 'ignored') dismissIgnored();
    setDismissed([...dismissed, id]);
  };
  return (
    <section className="notices" aria-label="Messages">
      {open.slice(0, most).map((notice) => (
        <Notice key={notice.id} notice={notice} onDismiss={() => dismiss(notice.id)} />
      ))}
      {open.length > most && <p className="note tertiary notices-more">{open.length - most} more in the log</p>}
    </section>
  );
}
