import { useEffect, useEffectEvent } from 'react';
import { useEngine } from '../../store/run-store.ts';
import { useSettings } from '../../store/settings-store.ts';
import { isOfParent } from './sample-words.ts';
import type { Asking } from './use-asking.ts';
import { useParentNow } from './use-parent-now.ts';

/**
 * Has the text written again where a new parent has come and the run is at rest: a run that computes is not held up for it. Never
 * begins by itself, and not where the prompt was edited.
 */
export function useFreshText({ reason, busy, ask }: Asking): void {
  const resting = useEngine((engine) => engine.status === 'paused' || engine.status === 'finished');
  const written = useEngine((engine) => engine.samples.parent);
  const now = useParentNow();
  const prompt = useSettings((settings) => settings.prompt);
  const stale = written !== null && written.end !== null && !isOfParent(written, now) && written.prompt === prompt;
  const due = resting && stale && reason === null && !busy;
  const askAgain = useEffectEvent(ask);
  useEffect(() => {
    if (due) askAgain();
  }, [due]);
}
