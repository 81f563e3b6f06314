import type { BenchRequest } from './bench-protocol.ts';
import { Engine } from './engine.ts';
import { tellWhatIsFetched } from './fetched-files.ts';
import type { EngineCommand } from './protocol.ts';

const engine = new Engine((message) => self.postMessage(message));
self.addEventListener('message', ({ data }: MessageEvent<EngineCommand | BenchRequest>) => {
  if (data.type === 'bench') void import('./bench-commands.ts').then(({ runBench }) => runBench(data));
  else engine.receive(data);
});
tellWhatIsFetched();
