import { useIsLive, useRun } from '../../store/use-run.ts';
import { LatencyPanel } from '../latency/latency-panel.tsx';
import { ShownControls } from '../runs/shown-controls.tsx';
import { SamplePanel } from '../sample/sample-panel.tsx';
import { StructureEvolution } from '../structure/structure-evolution.tsx';
import { ExportPanel } from './export-panel.tsx';
import { FinalShape } from './final-shape.tsx';
import { PostTrainingPanel } from './post-training-panel.tsx';
import { ResultsPanel } from './results-panel.tsx';
import { SoFarPanel } from './so-far-panel.tsx';

/** What came out of a run, and its files; while it goes on, what it has come to. */
export function ResultsPage() {
  const result = useRun((run) => run.result);
  const search = useRun((run) => run.search);
  const begun = useRun((run) => run.config !== null);
  const live = useIsLive();
  return (
    <>
      <main id="main" className="centre centre-scrolls" tabIndex={-1}>
        {result ? <ResultsPanel result={result} /> : search ? <SoFarPanel search={search} /> : <Nothing />}
        <FinalShape />
        {live && <SamplePanel />}
        <ShownControls />
        <StructureEvolution />
      </main>
      {begun && (
        <div className="side">
          {!result && <PostTrainingPanel />}
          <ExportPanel />
          {result && <PostTrainingPanel />}
          <LatencyPanel />
        </div>
      )}
    </>
  );
}

function Nothing() {
  return (
    <section className="results" aria-labelledby="results-title">
      <h2 id="results-title" className="results-lead">
        No results yet.
      </h2>
      <p className="results-verdict secondary">A run’s sizes, quality, speed and files appear here from its first candidate on.</p>
    </section>
  );
}
