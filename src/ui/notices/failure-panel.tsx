import { useRun } from '../../store/use-run.ts';
import { StateMark } from '../parts/state-mark.tsx';

/** A run that failed: the three lines, in the centre column. New run is in the run bar. */
export function FailurePanel() {
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
        {searched && <p className="note tertiary">What the run had found is below.</p>}
      </div>
    </section>
  );
}
