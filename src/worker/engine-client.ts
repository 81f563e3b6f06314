import type { Explanation } from '../base/explained-error.ts';
import { engineAddress } from './engine-address.ts';
import type { EngineCommand, EngineMessage } from './protocol.ts';

/** The engine as the store sees it: commands in, messages out. */
export interface EngineClient {
  send(command: EngineCommand): void;
  /** Ends the worker, with all that it held; the next command starts another. */
  restart(): void;
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
  means: `${message.replace(/\.?$/, '.')} The models it held are lost; what was found so far is kept.`,
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
    const started = openWorker((message) => started === worker && tell(message), (explanation) => {
      if (started !== worker) return;
      worker = null;
      tell({ type: 'broken', explanation });
    });
    worker = started;
    return started;
  };
  start();
  return {
    send: (command) => (worker ?? start()).postMessage(command),
    restart() {
      worker?.terminate();
      worker = null;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Of the worker that was started last. */
let newestLock: string | null = null;

/** The lock that this page's engine holds as long as it lives; who has it, has this page's exports too. Null before there was one. */
export const engineLock = (): string | null => newestLock;

/** `onEnd`: told once why the worker is of no use any more; it was ended then. */
function openWorker(tell: (message: EngineMessage) => void, onEnd: (explanation: Explanation) => void): Worker {
  const worker = new Worker(engineAddress(), { type: 'module', name: 'engine' });
  const lifeLock = `darwinlm-engine-${crypto.randomUUID()}`;
  newestLock = lifeLock;
  let loaded = false;
  const giveUp = (explanation: Explanation): void => {
    worker.terminate();
    onEnd(explanation);
  };
  worker.addEventListener('message', ({ data }: MessageEvent<EngineMessage>) => {
    loaded = true;
    if (data.type === 'opened') whenGone(lifeLock, () => giveUp(brokeDown('It ended without a word')));
    else tell(data);
  });
  worker.addEventListener('error', (event) => giveUp(loaded ? brokeDown(event.message) : notLoaded));
  worker.addEventListener('messageerror', () => giveUp(brokeDown('A message of it could not be read')));
  const open: EngineCommand = { type: 'open', siteBase: new URL(import.meta.env.BASE_URL, document.baseURI).href, lifeLock };
  worker.postMessage(open);
  return worker;
}

/** A worker that the browser ended says nothing, but its lock comes free. */
function whenGone(lifeLock: string, then: () => void): void {
  void navigator.locks.request(lifeLock, then).catch(() => undefined);
}
