import type { BenchMessage, BenchRequest } from './bench-protocol.ts';
import { engineAddress } from './engine-address.ts';

/** Starts a worker that measures what is asked for and tells as it finds. Returns a function that ends it at once. */
export function startBench(choice: Omit<BenchRequest, 'type' | 'siteBase'>, hear: (message: BenchMessage) => void): () => void {
  const worker = new Worker(engineAddress(), { type: 'module', name: 'bench' });
  worker.addEventListener('message', ({ data }: MessageEvent<BenchMessage>) => hear(data));
  worker.addEventListener('error', ({ message }) => {
    worker.terminate();
    hear({
      type: 'failed',
      explanation: {
        what: `The benchmark's worker ended${message ? `: ${message}` : '.'}`,
        means: 'What was measured before stands; the rest was not.',
        remedy: 'Reload the page and choose smaller models. Browsers end a worker that takes too much memory.',
      },
    });
  });
  const request: BenchRequest = { type: 'bench', ...choice, siteBase: new URL(import.meta.env.BASE_URL, document.baseURI).href };
  worker.postMessage(request);
  return () => worker.terminate();
}
