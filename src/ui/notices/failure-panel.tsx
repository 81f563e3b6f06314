import { lazy, Suspense } from 'react';
import { useIsLive, useRun } from '../../store/use-run.ts';
import { StateMark } from '../parts/state-mark.tsx';
import { MakeRoom } from '../storage/make-room.tsx';

const FailureOffers = lazy(() => import('../resume/failure-offers.tsx').then(({ FailureOffers: component }) => ({ default: component })));

/** A run that failed: the three lines, in the centre column, and how it can go on. New run is in the run bar. */
export function FailurePanel() {
  const live = useIsLive();
  const failure = useRun((run) => run.failure);
  const searched = useRun((run) => (run.search?.history.length ?? 0) > 0);
  if (!failure) return null;
  return (
    <section className="failure" role="alert">
      <StateMark state="err" />
      <div>
        <h2>{failure.what}</h2>
        <p className="secondary">{failure.means}</p>
        <p className="secondary">{failure.remedy}</p>
        <MakeRoom explanation={failure} />
        {live && (
          <Suspense>
            <FailureOffers />
          </Suspense>
        )}
        {searched && <p className="note tertiary">What the run had found is below.</p>}
      </div>
    </section>
  );
}
