import { ObsPool } from '../pruning/obs-pool.ts';
import type { WorkerLike } from '../pruning/obs-pool.ts';
import type { PruneReply } from '../pruning/prune-messages.ts';

function spawn(): WorkerLike {
  const worker = new Worker(new URL('../pruning/obs.worker.ts', import.meta.url), { type: 'module' });
  const adapted: WorkerLike = {
    postMessage: (request, transfer) => worker.postMessage(request, transfer),
    onmessage: null,
    onfailure: null,
    terminate: () => worker.terminate(),
  };
  worker.addEventListener('message', ({ data }: MessageEvent<PruneReply>) => adapted.onmessage?.(data));
  worker.addEventListener('messageerror', () => adapted.onfailure?.('a message could not be read'));
  worker.addEventListener('error', ({ message }) => adapted.onfailure?.(message || 'it could not be loaded'));
  return adapted;
}

/** A pool of `size` browser workers that prune modules. Whoever makes it disposes it. */
export function browserPrunePool(size: number): ObsPool {
  return new ObsPool(size, spawn);
}
