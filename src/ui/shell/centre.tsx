import { lazy, Suspense } from 'react';
import { isOver, useEngine, useRun } from '../../store/run-store.ts';
import { FirstVisit } from '../first-visit/first-visit.tsx';
import { FailurePanel } from '../notices/failure-panel.tsx';
import { FaultBoundary } from '../parts/fault-boundary.tsx';
import { ProgressPanel } from './progress-panel.tsx';

const ModuleAxis = lazy(() => import('../module-axis/module-axis.tsx').then(({ ModuleAxis: component }) => ({ default: component })));
const ResultsPanel = lazy(() => import('../results/results-panel.tsx').then(({ ResultsPanel: component }) => ({ default: component })));

/** The centre column: the first visit, progress, then the module-axis stack; results go above it, a failure too. */
export function Centre({ onSettings }: { readonly onSettings: () => void }) {
  const idle = useEngine((engine) => engine.status === 'idle');
  const over = useEngine((engine) => isOver(engine.status));
  const drawable = useRun((run) => run.database.ready || run.phases.database.status === 'current');
  return (
    <main className={over ? 'centre centre-scrolls' : 'centre'} id="main" tabIndex={-1}>
      {idle ? (
        <FirstVisit onSettings={onSettings} />
      ) : (
        <FaultBoundary part="The population">
          <Suspense>
          <FailurePanel />
          <ResultsPanel />
          {drawable ? (
            <div className="centre-axis">
              <ModuleAxis />
            </div>
          ) : (
            !over && <ProgressPanel />
          )}
          </Suspense>
        </FaultBoundary>
      )}
    </main>
  );
}
