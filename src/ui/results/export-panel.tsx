import { lazy, Suspense } from 'react';
import { isOver, useEngine } from '../../store/run-store.ts';
import { useIsLive, useRun } from '../../store/use-run.ts';
import { FaultBoundary } from '../parts/fault-boundary.tsx';
import { Panel } from '../parts/panel.tsx';

/** Later than the rest of the right column: nothing of it is needed before a run is over. */
const ExportView = lazy(() => import('./export-view.tsx').then(({ ExportView: component }) => ({ default: component })));
const RecordedExports = lazy(() => import('./recorded-exports.tsx').then(({ RecordedExports: component }) => ({ default: component })));

/** Files of a run that is over, the log of a failed one too; of a recording what it wrote. */
export function ExportPanel() {
  const live = useIsLive();
  const ended = useEngine((engine) => isOver(engine.status));
  const result = useRun((run) => run.result !== null);
  const over = live ? ended : result;
  return (
    <Panel title="Export" id="export">
      {over ? (
        <FaultBoundary part="The export">
          <Suspense>{live ? <ExportView /> : <RecordedExports />}</Suspense>
        </FaultBoundary>
      ) : (
        <p className="small secondary">The model can be saved when the run is over: stop it, and it ends with the best so far.</p>
      )}
    </Panel>
  );
}
