import { handlePruneMessages } from './obs-worker-handler.ts';
import type { PruneRequest } from './prune-messages.ts';

/** Entry of a browser worker that prunes modules. */
const handle = handlePruneMessages({ postMessage: (reply, transfer) => self.postMessage(reply, { transfer }) });

self.addEventListener('message', ({ data }: MessageEvent<PruneRequest>) => handle(data));
