import { Worker } from 'node:worker_threads';
import { ObsPool } from '../pruning/obs-pool.ts';
import type { WorkerLike } from '../pruning/obs-pool.ts';
import type { PruneReply } from '../pruning/prune-messages.ts';

function spawn(): WorkerLike {
  const worker = new Worker(new URL('./obs-node-worker-start.mjs', import.meta.url), { execArgv: [] });
  const adapted: WorkerLike = {
    postMessage: (request, transfer) => worker.postMessage(request, transfer),
    onmessage: null,
    onfailure: null,
    terminate: () => void worker.terminate(),
  };
  worker.on('message', (reply: PruneReply) => adapted.onmessage?.(reply));
  worker.on('messageerror', (error) => adapted.onfailure?.(error.message));
  worker.on('error', (error) => adapted.onfailure?.(error.message));
  worker.on('exit', (code) => adapted.onfailure?.(`it ended with code ${code}`));
  return adapted;
}

/** A pool of `size` Node worker threads that prune modules. Whoever makes it disposes it, or the process stays. */
export function nodePrunePool(size: number): ObsPool {
  return new ObsPool(size, spawn);
}
