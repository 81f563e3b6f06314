import type { Explanation } from '../base/explained-error.ts';
import type { EngineCommand, EngineMessage } from './protocol.ts';

/** The engine as the store sees it: commands in, messages out. */
export interface EngineClient {
  send(command: EngineCommand): void;
  /** Returns a function that ends the subscription. */
  subscribe(listener: (message: EngineMessage) => void): () => void;
  /** Ends the worker; every tensor goes with it. */
  terminate(): void;
}

const workerFailed: Explanation = {
  what: 'The engine could not be started.',
  means: 'Its program did not load or broke down, so nothing can be run on this page.',
  remedy: 'Reload the page. If that does not help, the site may be incomplete or too old for this browser: Chrome or Edge 113 or newer are known to work.',
};

/** Starts the worker that owns the engine. Nothing big is fetched until it is asked to probe or start. */
export function createEngineClient(): EngineClient {
  const worker = new Worker(new URL('./engine.worker.ts', import.meta.url), { type: 'module', name: 'engine' });
  const listeners = new Set<(message: EngineMessage) => void>();
  worker.addEventListener('message', (event: MessageEvent<EngineMessage>) => {
    for (const listener of listeners) listener(event.data);
  });
  worker.addEventListener('error', () => {
    for (const listener of listeners) listener({ type: 'probe-failed', explanation: workerFailed });
  });
  const open: EngineCommand = { type: 'open', siteBase: new URL(import.meta.env.BASE_URL, document.baseURI).href };
  worker.postMessage(open);
  return {
    send: (command) => worker.postMessage(command),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    terminate: () => worker.terminate(),
  };
}
