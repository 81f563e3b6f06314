import { lazy, Suspense } from 'react';
import { isOver, useEngine } from '../../store/run-store.ts';
import { useIsLive, useRun } from '../../store/use-run.ts';
import { FirstVisit } from '../first-visit/first-visit.tsx';
import { FailurePanel } from '../notices/failure-panel.tsx';
import { FaultBoundary } from '../parts/fault-boundary.tsx';
import { ProgressPanel } from './progress-panel.tsx';

const ModuleAxis = lazy(() => import('../module-axis/module-axis.tsx').then(({ ModuleAxis: component }) => ({ default: component })));

/** The centre column: the first visit, progress, then the module-axis stack; a failure goes above it. */
export function Centre() {
  const live = useIsLive();
  const idle = useEngine((engine) => engine.status === 'idle') && live;
  const over = useEngine((engine) => isOver(engine.status)) && live;
  const drawable = useRun((run) => run.database.ready || run.phases.database.status === 'current');
  return (
    <main className={over ? 'centre centre-scrolls' : 'centre'} id="main" tabIndex={-1}>
      {idle ? (
        <FirstVisit />
      ) : (
        <FaultBoundary part="The population">
          <Suspense>
          <FailurePanel />
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
