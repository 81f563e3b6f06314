import { useEngine, useRun } from '../../store/run-store.ts';
import { FitnessPanel } from '../fitness/fitness-panel.tsx';
import { LogPanel } from '../log/log-panel.tsx';
import { ExportPanel } from '../results/export-panel.tsx';
import { PostTrainingPanel } from '../results/post-training-panel.tsx';
import { SamplePanel } from '../sample/sample-panel.tsx';
import { FitnessAhead, HappeningPanel } from './happening-panel.tsx';

/** The right column: export when finished, what is happening, fitness, text, log. */
export function Side() {
  const searching = useRun((run) => run.search !== null);
  // Uniform has no generations, so there is no curve to wait for.
  const curveless = useRun((run) => run.config?.search.strategy === 'uniform');
  const failed = useEngine((engine) => engine.status === 'failed');
  return (
    <>
      <ExportPanel />
      <HappeningPanel />
      <PostTrainingPanel />
      {!curveless && (searching || !failed) && (
        <div className="side-fitness" id="fitness-place" tabIndex={-1}>
          {searching ? <FitnessPanel /> : <FitnessAhead />}
        </div>
      )}
      <SamplePanel />
      <LogPanel />
    </>
  );
}
