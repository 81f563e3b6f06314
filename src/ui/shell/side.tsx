import type { ReactNode } from 'react';
import { useEngine } from '../../store/run-store.ts';
import { useRun } from '../../store/use-run.ts';
import { usePlace } from '../../store/view-store.ts';
import { CandidatePanel } from '../candidate/candidate-panel.tsx';
import { FitnessPanel } from '../fitness/fitness-panel.tsx';
import { LatencyPanel } from '../latency/latency-panel.tsx';
import { LogPanel } from '../log/log-panel.tsx';
import { FaultBoundary } from '../parts/fault-boundary.tsx';
import { PostTrainingPanel } from '../results/post-training-panel.tsx';
import { SeeResults } from '../results/see-results.tsx';
import { SamplePanel } from '../sample/sample-panel.tsx';
import { FitnessAhead, HappeningPanel } from './happening-panel.tsx';

const guarded = (part: string, panel: ReactNode) => <FaultBoundary part={part}>{panel}</FaultBoundary>;

/** The right column, where a fault in one panel leaves the others: a candidate in full, or what is happening, fitness, text, log. */
export function Side() {
  const searching = useRun((run) => run.search !== null);
  // Uniform has no generations, so there is no curve to wait for.
  const curveless = useRun((run) => run.config?.search.strategy === 'uniform');
  const over = useRun((run) => run.result !== null);
  const failed = useEngine((engine) => engine.status === 'failed');
  const candidate = usePlace((place) => place.candidate);
  if (candidate !== null) return guarded('The candidate', <CandidatePanel id={candidate} />);
  const postTraining = guarded('Post-training', <PostTrainingPanel />);
  return (
    <>
      <SeeResults />
      {guarded('What is happening', <HappeningPanel />)}
      {!over && postTraining}
      {!curveless && (searching || !failed) && (
        <div className="side-fitness" id="fitness-place" tabIndex={-1}>
          {guarded('Fitness', searching ? <FitnessPanel /> : <FitnessAhead />)}
        </div>
      )}
      {over && postTraining}
      {guarded('Latency', <LatencyPanel />)}
      {guarded('Text', <SamplePanel />)}
      {guarded('The log', <LogPanel />)}
    </>
  );
}
