import { lazy, Suspense, useEffect, useState } from 'react';
import { explain, type Explanation } from '../../base/explained-error.ts';
import type { Recording } from '../../store/playback.ts';
import { whenIdle } from '../../store/when-idle.ts';
import { Button } from '../parts/button.tsx';
import { Explained } from '../parts/explained.tsx';
import './recorded.css';

const RecordedRun = lazy(() => import('./recorded-run.tsx').then(({ RecordedRun: component }) => ({ default: component })));

type Loading = { readonly recording: Recording } | { readonly failure: Explanation } | null;

/** The recording that comes with the page, fetched when the page is drawn and at rest; null until it is there. */
export function useFirstRecording(): { readonly state: Loading; readonly again: () => void } {
  const [state, setState] = useState<Loading>(null);
  useEffect(() => whenIdle(() => void load().then(setState), 1500), []);
  const again = () => {
    setState(null);
    void load().then(setState);
  };
  return { state, again };
}

async function load(): Promise<Loading> {
  try {
    // Reading events takes the schema of all of them: later than the page.
    const { firstRecording } = await import('../../store/recordings.ts');
    return { recording: await firstRecording() };
  } catch (error) {
    return { failure: explain(error) };
  }
}

/** A recorded run beside the start: it shows what the page does before anything runs. */
export function RecordingPlace({ state, again }: ReturnType<typeof useFirstRecording>) {
  return (
    <section className="recorded" aria-label="A recorded run">
      {state && 'failure' in state ? (
        <Explained state="warn" explanation={state.failure}>
          <Button onClick={again}>Try again</Button>
        </Explained>
      ) : (
        <Suspense fallback={<Waiting />}>{state ? <RecordedRun recording={state.recording} /> : <Waiting />}</Suspense>
      )}
    </section>
  );
}

const Waiting = () => (
  <div className="recorded-head">
    <h2>A recorded run</h2>
    <p className="small tertiary">Loading it…</p>
  </div>
);
