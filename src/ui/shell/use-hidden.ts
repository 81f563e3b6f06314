import { useEffect, useState } from 'react';
import { useEngine } from '../../store/run-store.ts';

/** True from when the tab was hidden while a run was busy, until the run comes to rest. */
export function useHidden(): boolean {
  const busy = useEngine((engine) => engine.status === 'running' || engine.status === 'stopping');
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    if (!busy) return setSeen(false);
    const look = () => document.hidden && setSeen(true);
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, [busy]);
  return seen;
}
