import { useRun } from '../../store/use-run.ts';
import { ExportPanel } from './export-panel.tsx';
import { PostTrainingPanel } from './post-training-panel.tsx';
import { ResultsPanel } from './results-panel.tsx';

/** What came out of a run, and its files. */
export function ResultsPage() {
  const result = useRun((run) => run.result !== null);
  return (
    <>
      <main id="main" className="centre centre-scrolls" tabIndex={-1}>
        <ResultsPanel />
        {!result && <p className="page secondary">Results appear here when a run is over.</p>}
      </main>
      <div className="side">
        <ExportPanel />
        <PostTrainingPanel />
      </div>
    </>
  );
}
