import { lazy, Suspense } from 'react';
import { useEngine } from '../../store/run-store.ts';
import { useIsLive } from '../../store/use-run.ts';
import { FaultBoundary } from '../parts/fault-boundary.tsx';
import { SettingsPlace } from '../settings/settings-place.tsx';
import { Centre } from './centre.tsx';

/** Later than the first paint: nothing of it is needed before a run begins. */
const Side = lazy(() => import('./side.tsx').then(({ Side: component }) => ({ default: component })));

/** Settings, the search over the axis of modules, and what it writes and measures; before a run, what starts one. */
export function SearchPage({ narrow }: { readonly narrow: boolean }) {
  const idle = useEngine((engine) => engine.status === 'idle');
  const first = useIsLive() && idle;
  return (
    <>
      {!narrow && !first && (
        <aside className="rail" id="settings" aria-label="Settings" tabIndex={-1}>
          <SettingsPlace />
        </aside>
      )}
      <Centre />
      {!first && (
        <div className="side">
          <FaultBoundary part="The right column">
            <Suspense>
              <Side />
            </Suspense>
          </FaultBoundary>
        </div>
      )}
    </>
  );
}
