import { useStoredRun } from '../../store/use-controls.ts';
import { ControlRuns } from './control-runs.tsx';

/** The controls of the run that is shown, once it is over. */
export function ShownControls() {
  const run = useStoredRun();
  return run && run.result !== null ? (
    <div className="results shown-controls">
      <ControlRuns run={run} />
    </div>
  ) : null;
}
