import { pruneInline } from './prune-executor.ts';
import { carry } from './prune-messages.ts';
import type { PruneReply, PruneRequest } from './prune-messages.ts';
import type { PrunedModule } from './level-database.ts';

/** A worker's own end of the line to the thread that made it. */
export interface PrunePort {
  postMessage(reply: PruneReply, transfer: ArrayBuffer[]): void;
}

/** The buffers of a result, which travel to the other thread without a copy. */
function transferables({ levels, weights }: PrunedModule): ArrayBuffer[] {
  const arrays = [...levels.map(({ kept }) => kept), ...weights.filter((weight) => weight !== null)];
  return arrays.flatMap(({ buffer }) => (buffer instanceof ArrayBuffer ? [buffer] : []));
}

/**
 * Serves prune jobs inside a worker: returns the function that takes each request. A job is worked off in slices, so a
 * cancel is heard while it runs; the cancelled job then ends as `failed`.
 */
export function handlePruneMessages(port: PrunePort): (request: PruneRequest) => void {
  const running = new Map<number, AbortController>();
  const prune = async ({ job, input }: Extract<PruneRequest, { type: 'prune' }>): Promise<void> => {
    const controller = new AbortController();
    running.set(job, controller);
    try {
      const onProgress = (step: { removed: number; total: number }) => port.postMessage({ type: 'progress', job, step }, []);
      const pruned = await pruneInline(input, { onProgress, signal: controller.signal });
      port.postMessage({ type: 'pruned', job, pruned }, transferables(pruned));
    } catch (error) {
      port.postMessage({ type: 'failed', job, error: carry(error) }, []);
    } finally {
      running.delete(job);
    }
  };
  return (request) => {
    if (request.type === 'cancel') running.get(request.job)?.abort();
    else void prune(request);
  };
}
