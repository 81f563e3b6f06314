import { lazy, Suspense } from 'react';
import { isOver, useEngine } from '../../store/run-store.ts';
import { FaultBoundary } from '../parts/fault-boundary.tsx';
import { Panel } from '../parts/panel.tsx';

/** Later than the rest of the right column: nothing of it is needed before a run is over. */
const ExportView = lazy(() => import('./export-view.tsx').then(({ ExportView: component }) => ({ default: component })));

/** Files of a run that is over, the log of a failed one too. */
export function ExportPanel() {
  const over = useEngine((engine) => isOver(engine.status));
  if (!over) return null;
  return (
    <Panel title="Export" id="export">
      <FaultBoundary part="The export">
        <Suspense>
          <ExportView />
        </Suspense>
      </FaultBoundary>
    </Panel>
  );
}
