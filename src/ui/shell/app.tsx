import { lazy, Suspense, useCallback } from 'react';
import { useOpenedPlayback } from '../../store/playback-store.ts';
import { engineStore, useEngine } from '../../store/run-store.ts';
import { RunSourceContext } from '../../store/use-run.ts';
import { usePlace } from '../../store/view-store.ts';
import { Header } from '../header/header.tsx';
import { Notices } from '../notices/notices.tsx';
import { FaultBoundary } from '../parts/fault-boundary.tsx';
import { Sheet } from '../parts/sheet.tsx';
import { useMedia } from '../parts/use-media.ts';
import { RunBar } from '../run-bar/run-bar.tsx';
import { SettingsRail } from '../settings/settings-rail.tsx';
import { Announcer } from './announcer.tsx';
import './app.css';
import { SearchPage } from './search-page.tsx';
import { closeSheet, openSheet, useOpenSheet } from './open-sheet.ts';
import { useChosenModel } from './use-chosen-model.ts';
import { useDocumentTitle } from './use-document-title.ts';
import { useLeaveGuard } from './use-leave-guard.ts';
import { useRunKeys } from './use-run-keys.ts';

const ResultsPage = lazy(() => import('../results/results-page.tsx').then(({ ResultsPage: component }) => ({ default: component })));
const RunsPage = lazy(() => import('../runs/runs-page.tsx').then(({ RunsPage: component }) => ({ default: component })));
const GuidePage = lazy(() => import('../guide/guide-page.tsx').then(({ GuidePage: component }) => ({ default: component })));
const ShortcutsSheet = lazy(() => import('./shortcuts-sheet.tsx').then(({ ShortcutsSheet: component }) => ({ default: component })));
const ModelSheets = lazy(() => import('../models/model-sheets.tsx').then(({ ModelSheets: component }) => ({ default: component })));

/** The page: header, run bar, and one of the views. */
export function App() {
  const idle = useEngine((engine) => engine.status === 'idle');
  const view = usePlace((place) => place.view);
  const playback = useOpenedPlayback();
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
    <div className={idle && view === 'search' && !playback ? 'app app-first' : 'app'}>
      <SkipLinks idle={idle} />
      <Header onShortcuts={onShortcuts} />
      {!idle && <RunBar onSettings={onSettings} />}
      <Notices />
      <RunSourceContext value={playback?.store ?? engineStore}>
        <div className={`columns columns-${view}`}>
          <FaultBoundary part="This view">
            <Suspense>
              {view === 'search' && <SearchPage {...{ narrow, onSettings }} />}
              {view === 'results' && <ResultsPage />}
              {view === 'runs' && <RunsPage />}
              {view === 'guide' && <GuidePage />}
            </Suspense>
          </FaultBoundary>
        </div>
      </RunSourceContext>
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
