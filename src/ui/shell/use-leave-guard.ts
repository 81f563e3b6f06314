import { useEffect } from 'react';
import { checkpointStore } from '../../store/checkpoint-store.ts';
import { engineStore, useEngine } from '../../store/run-store.ts';
import { isActive } from './run-activity.ts';

/** Seconds of work that may be lost without a question. */
const most = 30;

/** Seconds of work that nobody could go on with if the tab were closed now. */
function unsavedSeconds(): number {
  const { saved } = checkpointStore.getState();
  const { at } = engineStore.getState().run;
  return saved === null || saved.savedAt === null ? at : at - saved.at;
}

/** A run that is saved can be resumed: the browser asks only where the tab of an unfinished one takes more than that with it. */
export function useLeaveGuard(): void {
  const active = useEngine((engine) => isActive(engine.status));
  useEffect(() => {
    if (!active) return undefined;
    const ask = (event: BeforeUnloadEvent) => {
      if (unsavedSeconds() > most) event.preventDefault();
    };
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [active]);
}
