import { invertInline } from './kept-inverse.ts';
import { pruneInline } from './prune-executor.ts';
import { carry } from './prune-messages.ts';
import type { PruneReply, PruneRequest } from './prune-messages.ts';
import type { PrunedModule } from './level-database.ts';
import type { PruneStep } from './structured-obs.ts';

type PruneWork = Exclude<PruneRequest, { type: 'cancel' }>;

/** A worker's own end of the line to the thread that made it. */
export interface PrunePort {
  postMessage(reply: PruneReply, transfer: ArrayBuffer[]): void;
}

/** The buffers of a result, which travel to the other thread without a copy. */
function transferables({ levels, weights }: PrunedModule): ArrayBuffer[] {
  const arrays = [...levels.map(({ kept }) => kept), ...weights.filter((weight) => weight !== null)];
  return arrays.flatMap(({ buffer }) => (buffer instanceof ArrayBuffer ? [buffer] : []));
}

/** Does the work of a request in slices; the reply, and the buffers that travel with it. */
async function answer(request: PruneWork, signal: AbortSignal, report: (step: PruneStep) => void): Promise<{ reply: PruneReply; transfer: ArrayBuffer[] }> {
  const { job } = request;
  if (request.type === 'prune') {
    const pruned = await pruneInline(request.input, { onProgress: report, signal });
    return { reply: { type: 'pruned', job, pruned }, transfer: transferables(pruned) };
  }
  const inverse = await invertInline(request.hessian, request.kept, signal);
  return { reply: { type: 'inverted', job, inverse }, transfer: inverse?.buffer instanceof ArrayBuffer ? [inverse.buffer] : [] };
}

/**
 * Serves jobs inside a worker: returns the function that takes each request. A job is worked off in slices, so a
 * cancel is heard while it runs; the cancelled job then ends as `failed`.
 */
export function handlePruneMessages(port: PrunePort): (request: PruneRequest) => void {
  const running = new Map<number, AbortController>();
  const work = async (request: PruneWork): Promise<void> => {
    const { job } = request;
    const controller = new AbortController();
    running.set(job, controller);
    try {
      const { reply, transfer } = await answer(request, controller.signal, (step) => port.postMessage({ type: 'progress', job, step }, []));
      port.postMessage(reply, transfer);
    } catch (error) {
      port.postMessage({ type: 'failed', job, error: carry(error) }, []);
    } finally {
      running.delete(job);
    }
  };
  return (request) => {
    if (request.type === 'cancel') running.get(request.job)?.abort();
    else void work(request);
  };
}
