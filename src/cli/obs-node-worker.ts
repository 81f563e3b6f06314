import { parentPort } from 'node:worker_threads';
import { handlePruneMessages } from '../pruning/obs-worker-handler.ts';
import type { PruneRequest } from '../pruning/prune-messages.ts';

/** Entry of a Node worker that prunes modules. */
if (parentPort === null) throw new Error('obs-node-worker.ts runs in a worker thread only');
const port = parentPort;
const handle = handlePruneMessages({ postMessage: (reply, transfer) => port.postMessage(reply, transfer) });

port.on('message', (request: PruneRequest) => handle(request));
