import { useEffect } from 'react';
import { useEngine } from '../../store/run-store.ts';
import { isActive } from './run-activity.ts';

/** A run lives as long as its tab: the browser asks before the tab of an unfinished one is closed. */
export function useLeaveGuard(): void {
  const active = useEngine((engine) => isActive(engine.status));
  useEffect(() => {
    if (!active) return undefined;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [active]);
}
