import { expect, it } from 'vitest';
import { storedRun } from '../../store/runs/runs.fixture.ts';
import { resultRows } from './result-rows.ts';

const speed = { prefillTokens: 64, prefillTokensPerSecond: 900, decodeTokens: 32, decodeTokensPerSecond: 63.8, runs: 3 };
const row = (runs: Parameters<typeof resultRows>[0], name: string) => resultRows(runs).find((each) => each.name === name)?.values;

it('has the dense model first, and what was measured of each run', () => {
  const [a, b] = [{ ...storedRun('a'), speed: { winner: speed } }, storedRun('b')];
  expect(row([a, b], 'Parameters')).toEqual([2000, 1200, 1200]);
  expect(row([a, b], 'Perplexity, held out')).toEqual([20, 20, 20]);
  expect(row([a, b], 'Decode, tok/s')).toEqual([null, 63.8, null]);
});

it('has no dense column where the runs had not the same to begin with, and no value of a run that is not over', () => {
  const other = storedRun('b', (config) => ({ ...config, texts: { ...config.texts, heldOut: 'url:https://example.org/a.txt' } }));
  expect(row([storedRun('a'), other], 'Parameters')).toEqual([null, 1200, 1200]);
  const begun = { ...storedRun('c'), result: null, quality: {} };
  expect(row([begun], 'Parameters')).toEqual([null, null]);
  expect(row([begun], 'Perplexity, held out')).toEqual([null, null]);
});
