import { afterEach, expect, it, vi } from 'vitest';
import { askWhatIsFetched, tellWhatIsFetched } from './fetched-files.ts';

afterEach(() => vi.restoreAllMocks());

it('the engine’s worker tells what it fetched, each time it is asked', async () => {
  const fetched = ['https://host.example/ort.wasm'];
  vi.spyOn(performance, 'getEntriesByType').mockImplementation((type) => (type === 'resource' ? fetched.map((name) => ({ name }) as PerformanceEntry) : []));
  tellWhatIsFetched();
  const answers: (readonly string[])[] = [];
  const wanted = new Promise<void>((resolve) => {
    const ask = askWhatIsFetched((addresses) => {
      answers.push(addresses);
      if (answers.length === 2) return resolve();
      fetched.push('https://host.example/model.safetensors');
      ask();
    });
    ask();
  });
  await wanted;
  expect(answers).toEqual([fetched.slice(0, 1), fetched]);
});
