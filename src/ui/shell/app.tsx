import { lazy, Suspense, useCallback } from 'react';
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
import { closeSheet, openSheet, useOpenSheet } from './open-sheet.ts';
import { useChosenModel } from './use-chosen-model.ts';
import { useDocumentTitle } from './use-document-title.ts';
import { useLeaveGuard } from './use-leave-guard.ts';
import { useRunKeys } from './use-run-keys.ts';

/** Later than the first paint: nothing of it is needed before a run begins. */
const Side = lazy(() => import('./side.tsx').then(({ Side: component }) => ({ default: component })));
const ShortcutsSheet = lazy(() => import('./shortcuts-sheet.tsx').then(({ ShortcutsSheet: component }) => ({ default: component })));
const ModelSheets = lazy(() => import('../models/model-sheets.tsx').then(({ ModelSheets: component }) => ({ default: component })));

/** The page: header, run bar, and three columns. */
export function App() {
  const idle = useEngine((engine) => engine.status === 'idle');
  const narrow = useMedia('(max-width: 1279px)');
  const onShortcuts = useCallback(() => openSheet('shortcuts'), []);
  const onSettings = useCallback(() => {
    if (matchMedia('(max-width: 1279px)').matches) openSheet('settings');
    else document.querySelector<HTMLElement>('#settings button')?.focus();
  }, []);
  useRunKeys({ onSettings, onShortcuts });
  useDocumentTitle();
  useLeaveGuard();
  useChosenModel();
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
      <Sheets narrow={narrow} />
    </div>
  );
}

function Sheets({ narrow }: { readonly narrow: boolean }) {
  const sheet = useOpenSheet();
  return (
    <>
      <Sheet open={sheet === 'settings' && narrow} onClose={closeSheet} title="Settings" place="left">
        <SettingsRail titled={false} />
      </Sheet>
      {sheet !== null && sheet !== 'settings' && (
        <FaultBoundary part="This sheet">
          <Suspense>{sheet === 'shortcuts' ? <ShortcutsSheet open onClose={closeSheet} /> : <ModelSheets sheet={sheet} />}</Suspense>
        </FaultBoundary>
      )}
    </>
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
