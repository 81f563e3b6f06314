import { useEffect, useState } from 'react';
import { useEngine } from '../../store/run-store.ts';
import { useRun } from '../../store/use-run.ts';

/** True from when the tab was hidden while a run was busy, until the run comes to rest. */
export function useHidden(): boolean {
  const busy = useEngine((engine) => engine.status === 'running' || engine.status === 'stopping');
  const started = useRun((run) => run.startedAt);
  const [hiddenIn, setHiddenIn] = useState<string | null>(null);
  useEffect(() => {
    if (!busy) return undefined;
    const look = () => document.hidden && setHiddenIn(started);
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, [busy, started]);
  return busy && started !== null && hiddenIn === started;
}
