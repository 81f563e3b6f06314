import type { Explanation } from '../base/explained-error.ts';
import type { EngineCommand, EngineMessage } from './protocol.ts';

/** The engine as the store sees it: commands in, messages out. */
export interface EngineClient {
  send(command: EngineCommand): void;
  /** Returns a function that ends the subscription. */
  subscribe(listener: (message: EngineMessage) => void): () => void;
}

const notLoaded: Explanation = {
  what: 'The engine could not be started.',
  means: 'Its program did not load, so nothing can be run on this page.',
  remedy: 'Reload the page. If that does not help, the site may be incomplete or too old for this browser: Chrome or Edge 113 or newer are known to work.',
};

const brokeDown = (message: string): Explanation => ({
  what: 'The engine broke down.',
  means: `${message.replace(/\.?$/, '.')} The models it held are lost; the log of what was found so far can still be saved.`,
  remedy: 'Start another run. If it happens again, fewer calibration tokens or a smaller model take less memory.',
});

/**
 * Starts the worker that owns the engine. Nothing big is fetched until it is asked to probe or start. A worker that broke
 * down is ended, and the next command starts another.
 */
export function createEngineClient(): EngineClient {
  const listeners = new Set<(message: EngineMessage) => void>();
  const tell = (message: EngineMessage): void => {
    for (const listener of listeners) listener(message);
  };
  let worker: Worker | null = null;
  const start = (): Worker => {
    worker = openWorker(tell, () => {
      worker = null;
    });
    return worker;
  };
  start();
  return {
    send: (command) => (worker ?? start()).postMessage(command),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function openWorker(tell: (message: EngineMessage) => void, onEnd: () => void): Worker {
  const worker = new Worker(new URL('./engine.worker.ts', import.meta.url), { type: 'module', name: 'engine' });
  let loaded = false;
  const giveUp = (explanation: Explanation): void => {
    worker.terminate();
    onEnd();
    tell({ type: 'broken', explanation });
  };
  worker.addEventListener('message', (event: MessageEvent<EngineMessage>) => {
    loaded = true;
    tell(event.data);
  });
  worker.addEventListener('error', (event) => giveUp(loaded ? brokeDown(event.message) : notLoaded));
  worker.addEventListener('messageerror', () => giveUp(brokeDown('A message of it could not be read')));
  const open: EngineCommand = { type: 'open', siteBase: new URL(import.meta.env.BASE_URL, document.baseURI).href };
  worker.postMessage(open);
  return worker;
}
