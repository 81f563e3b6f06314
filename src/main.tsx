import { StrictMode, startTransition } from 'react';
import { createRoot } from 'react-dom/client';
import { bindAddress } from './store/bind-address.ts';
import { Engine } from './store/engine.ts';
import { keepOffline } from './store/new-version.ts';
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
const engine = new Engine(createEngineClient(), new RunRecorder());
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
whenIdle(() => engine.probe(settingsStore.getState().draft.backend), 3000);
// So is the list of stored runs.
whenIdle(() => void loadRuns().catch(() => undefined), 3000); // who needs them tries again, and tells

// After what the first view needs.
addEventListener('load', () => whenIdle(() => void keepOffline(), 5000));
