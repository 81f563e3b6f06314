import { Engine } from './engine.ts';
import { tellWhatIsFetched } from './fetched-files.ts';
import type { EngineCommand } from './protocol.ts';

const engine = new Engine((message) => self.postMessage(message));
self.addEventListener('message', (event: MessageEvent<EngineCommand>) => engine.receive(event.data));
tellWhatIsFetched();
