import { lazy, Suspense } from 'react';
import { useOpenedPlayback, useOtherRun, useWatchedRun } from '../../store/playback-store.ts';
import { useIsReading } from '../../store/runs/reading.ts';
import { engineStore, useEngine } from '../../store/run-store.ts';
import { RunSourceContext } from '../../store/use-run.ts';
import { usePlace, type View } from '../../store/view-store.ts';
import { Header } from '../header/header.tsx';
import { Notices } from '../notices/notices.tsx';
import { FaultBoundary } from '../parts/fault-boundary.tsx';
import { joinClasses } from '../parts/join-classes.ts';
import { Sheet } from '../parts/sheet.tsx';
import { useMedia } from '../parts/use-media.ts';
import { SettingsPlace } from '../settings/settings-place.tsx';
import { Announcer } from './announcer.tsx';
import './app.css';
import { SearchPage } from './search-page.tsx';
import { closeSheet, useOpenSheet } from './open-sheet.ts';
import { useChosenModel } from './use-chosen-model.ts';
import { useDocumentTitle } from './use-document-title.ts';
import { useLeaveGuard } from './use-leave-guard.ts';
import { showSettings } from './show-settings.ts';
import { useRunKeys } from './use-run-keys.ts';

const ResultsPage = lazy(() => import('../results/results-page.tsx').then(({ ResultsPage: component }) => ({ default: component })));
const ProfilePage = lazy(() => import('../profile/profile-page.tsx').then(({ ProfilePage: component }) => ({ default: component })));
const RunsPage = lazy(() => import('../runs/runs-page.tsx').then(({ RunsPage: component }) => ({ default: component })));
const GuidePage = lazy(() => import('../guide/guide-page.tsx').then(({ GuidePage: component }) => ({ default: component })));
/** Bars come later than the first paint: the first view has none. */
const RunBar = lazy(() => import('../run-bar/run-bar.tsx').then(({ RunBar: component }) => ({ default: component })));
const PlaybackBar = lazy(() => import('../playback/playback-bar.tsx').then(({ PlaybackBar: component }) => ({ default: component })));
const WatchBar = lazy(() => import('../runs/watch-bar.tsx').then(({ WatchBar: component }) => ({ default: component })));
const ReadingBars = lazy(() => import('../runs/reading-bars.tsx').then(({ ReadingBars: component }) => ({ default: component })));
const StorageSheet = lazy(() => import('../storage/storage-sheet.tsx').then(({ StorageSheet: component }) => ({ default: component })));
const ShortcutsSheet = lazy(() => import('./shortcuts-sheet.tsx').then(({ ShortcutsSheet: component }) => ({ default: component })));
const ModelSheets = lazy(() => import('../models/model-sheets.tsx').then(({ ModelSheets: component }) => ({ default: component })));

/** The page: header, the bar of the run or of the recording that is shown, and one of the views. */
export function App() {
  const idle = useEngine((engine) => engine.status === 'idle');
  const view = usePlace((place) => place.view);
  const other = useOtherRun();
  const narrow = useMedia('(max-width: 1279px)');
  useRunKeys();
  useDocumentTitle();
  useLeaveGuard();
  useChosenModel();
  const first = idle && view === 'search' && !other;
  // What panels keep (a part that is zoomed into, a generation looked back at) is of the run that they showed.
  const shown = other ? 'other' : 'live';
  return (
    <div className={joinClasses('app', `app-${view}`, first && 'app-first')}>
      <SkipLinks idle={idle && !other} />
      <Header />
      <Bar idle={idle} view={view} />
      <Notices />
      <RunSourceContext value={other ?? engineStore}>
        <div className={`columns columns-${view}`}>
          <FaultBoundary key={view} part="This view">
            <Suspense>
              {view === 'search' && <SearchPage key={shown} narrow={narrow} />}
              {view === 'results' && <ResultsPage key={shown} />}
              {view === 'profile' && <ProfilePage key={shown} />}
              {view === 'runs' && <RunsPage />}
              {view === 'guide' && <GuidePage />}
            </Suspense>
          </FaultBoundary>
        </div>
      </RunSourceContext>
      <Announcer />
      <Readings />
      <Sheets drawer={narrow || first} />
    </div>
  );
}

/** The bar of a recording, or of a run that is watched, stands on every view, the run's where its run is looked at. */
function Bar({ idle, view }: { readonly idle: boolean; readonly view: View }) {
  const playback = useOpenedPlayback();
  const watched = useWatchedRun();
  const shown = !idle && (view === 'search' || view === 'results' || view === 'profile');
  return <Suspense>{playback ? <PlaybackBar playback={playback} /> : watched ? <WatchBar watch={watched} /> : shown && <RunBar onSettings={showSettings} />}</Suspense>;
}

/** Over any view: what is read goes on where the reader goes elsewhere meanwhile. */
function Readings() {
  return useIsReading() && (
    <Suspense>
      <ReadingBars />
    </Suspense>
  );
}

/** `drawer`: the settings have no place beside the page. */
function Sheets({ drawer }: { readonly drawer: boolean }) {
  const sheet = useOpenSheet();
  return (
    <>
      <Sheet open={sheet === 'settings' && drawer} onClose={closeSheet} title="Settings" place="left">
        <SettingsPlace titled={false} />
      </Sheet>
      {sheet !== null && sheet !== 'settings' && (
        <FaultBoundary part="This sheet">
          <Suspense>
            {sheet === 'shortcuts' ? <ShortcutsSheet open onClose={closeSheet} /> : sheet === 'storage' ? <StorageSheet onClose={closeSheet} /> : <ModelSheets sheet={sheet} />}
          </Suspense>
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
