import { lazy, Suspense, useCallback, useState } from 'react';
import { useEngine } from '../../store/run-store.ts';
import { Header } from '../header/header.tsx';
import { Notices } from '../notices/notices.tsx';
import { FaultBoundary } from '../parts/fault-boundary.tsx';
import { Sheet } from '../parts/sheet.tsx';
import { useMedia } from '../parts/use-media.ts';
import { RunBar } from '../run-bar/run-bar.tsx';
import { SettingsRail } from '../settings/settings-rail.tsx';
import { Announcer } from './announcer.tsx';
import './app.css';
import { Centre } from './centre.tsx';
import { ShortcutsSheet } from './shortcuts-sheet.tsx';
import { useDocumentTitle } from './use-document-title.ts';
import { useLeaveGuard } from './use-leave-guard.ts';
import { useRunKeys } from './use-run-keys.ts';

/** Later than the first paint: nothing of it is needed before a run begins. */
const Side = lazy(() => import('./side.tsx').then(({ Side: component }) => ({ default: component })));

/** The page: header, run bar, and three columns. */
export function App() {
  const [sheet, setSheet] = useState<'settings' | 'shortcuts' | null>(null);
  const idle = useEngine((engine) => engine.status === 'idle');
  const narrow = useMedia('(max-width: 1279px)');
  const close = () => setSheet(null);
  const onShortcuts = useCallback(() => setSheet('shortcuts'), []);
  const onSettings = useCallback(() => {
    if (matchMedia('(max-width: 1279px)').matches) setSheet('settings');
    else document.querySelector<HTMLElement>('#settings button')?.focus();
  }, []);
  useRunKeys({ onSettings, onShortcuts });
  useDocumentTitle();
  useLeaveGuard();
  return (
    <div className={idle ? 'app app-first' : 'app'}>
      <SkipLinks idle={idle} />
      <Header onShortcuts={onShortcuts} />
      {!idle && <RunBar onSettings={onSettings} />}
      <Notices />
      <div className="columns">
        {!narrow && (
          <aside className="rail" id="settings" aria-label="Settings" tabIndex={-1}>
            <SettingsRail />
          </aside>
        )}
        <Centre onSettings={onSettings} />
        {!idle && (
          <div className="side">
            <FaultBoundary part="The right column">
              <Suspense>
                <Side />
              </Suspense>
            </FaultBoundary>
          </div>
        )}
      </div>
      <Announcer />
      <Sheet open={sheet === 'settings' && narrow} onClose={close} title="Settings" place="left">
        <SettingsRail titled={false} />
      </Sheet>
      <ShortcutsSheet open={sheet === 'shortcuts'} onClose={close} />
    </div>
  );
}

function SkipLinks({ idle }: { readonly idle: boolean }) {
  const fitness = useEngine((engine) => engine.run.config?.search.strategy !== 'uniform' && (engine.run.search !== null || (engine.status !== 'idle' && engine.status !== 'failed')));
  return (
    <nav className="skip-links" aria-label="Skip">
      <a href="#main">{idle ? 'Skip to the start' : 'Skip to the population'}</a>
      {fitness && <a href="#fitness-place">Skip to fitness</a>}
    </nav>
  );
}
