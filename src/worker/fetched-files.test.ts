import { expect, it } from 'vitest';
import { askWhatIsFetched, tellWhatIsFetched } from './fetched-files.ts';

it('the engine’s worker tells what it fetched, each time it is asked', async () => {
  tellWhatIsFetched();
  const answers: (readonly string[])[] = [];
  const wanted = new Promise<void>((resolve) => {
    const ask = askWhatIsFetched((addresses) => {
      answers.push(addresses);
      if (answers.length === 2) resolve();
      else ask();
    });
    ask();
  });
  await wanted;
  expect(answers.every((addresses) => Array.isArray(addresses))).toBe(true);
});
