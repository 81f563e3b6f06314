import { Engine } from './engine.ts';
import type { EngineCommand } from './protocol.ts';

const engine = new Engine((message, transfer = []) => self.postMessage(message, { transfer }));
self.addEventListener('message', (event: MessageEvent<EngineCommand>) => engine.receive(event.data));
