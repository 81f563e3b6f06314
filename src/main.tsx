import { StrictMode, startTransition } from 'react';
import { createRoot } from 'react-dom/client';
import { bindAddress } from './store/bind-address.ts';
import { Engine } from './store/engine.ts';
import { keepOffline } from './store/new-version.ts';
import { engineStore } from './store/run-store.ts';
import { loadRuns } from './store/runs/load-runs.ts';
import { RunRecorder } from './store/runs/run-recorder.ts';
import { settingsStore } from './store/settings-store.ts';
import { whenIdle } from './store/when-idle.ts';
import { App } from './ui/shell/app.tsx';
import { EngineContext } from './ui/shell/engine-context.ts';
import './ui/styles/tokens.css';
import './ui/styles/base.css';
import './ui/styles/fonts.css';
import { createEngineClient } from './worker/engine-client.ts';

bindAddress();
const client = createEngineClient();
const engine = new Engine(client, new RunRecorder());
const untilFirstRun = engineStore.subscribe(({ status }) => {
  if (status === 'idle') return;
  untilFirstRun();
  void import('./store/page-life.ts').then(({ watchPage }) => watchPage((command) => client.send(command)));
});
const root = document.getElementById('root');
if (!root) throw new Error('index.html has no element with the id "root"');
const page = (
  <StrictMode>
    <EngineContext value={engine}>
      <App />
    </EngineContext>
  </StrictMode>
);
// As a transition React draws it in small slices, and the browser can answer between them.
startTransition(() => createRoot(root).render(page));

// The device is looked at when the page is drawn and at rest, so that a cost in time can be shown before Start.
// What can be gone on with comes before: to have none takes no time.
whenIdle(() => {
  engine.checkpoints.list();
  engine.probe(settingsStore.getState().draft.backend);
}, 3000);
// So is the list of stored runs.
whenIdle(() => void loadRuns().catch(() => undefined), 3000); // who needs them tries again, and tells

// And whether the browser still has what was stored: told as soon as the list that it is compared with.
whenIdle(() => void import('./store/storage/storage-care.ts').then(({ careForStorage }) => careForStorage()).catch(() => undefined), 3000);

// After what the first view needs.
addEventListener('load', () => whenIdle(() => void keepOffline(), 5000));
