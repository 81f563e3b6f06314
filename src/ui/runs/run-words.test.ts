import { expect, it } from 'vitest';
import { storedRun } from '../../store/runs/runs.fixture.ts';
import { changedWords, generationWords, incomparable, pinnedTitle, settingsWord, stateWord } from './run-words.ts';
import { presetConfig } from '../../store/settings-store.ts';

const run = storedRun('a');

it('says how a run is under way, and that one whose tab is gone was interrupted', () => {
  expect(stateWord(run, false)).toBe('finished');
  expect(stateWord({ state: 'running', phase: 'search' }, true)).toBe('searching');
  expect(stateWord({ state: 'running', phase: 'search' }, false)).toBe('interrupted');
});

it('names the preset, and what was done without', () => {
  expect(settingsWord({ config: presetConfig('standard') })).toBe('Standard');
  const random = presetConfig('paper');
  expect(settingsWord({ config: { ...random, search: { ...random.search, strategy: 'random' } } })).toBe('Paper, random search');
  expect(settingsWord(run)).toBe('Custom');
});

it('tells generations and changes in a line', () => {
  expect(generationWords(run)).toBe('2');
  expect(generationWords({ ...run, generations: 120 })).toBe('2 of 120');
  expect(changedWords({ changes: [], adopted: 0 })).toBeNull();
  expect(changedWords({ changes: [{ generation: 2, before: { maxFlips: 3 }, after: { maxFlips: 2 } }], adopted: 1 })).toBe('max flips 3 → 2, a parent chosen by hand');
});

it('names what curves cannot be compared for; a uniform run has no curve', () => {
  expect(incomparable([run, run])).toEqual([]);
  expect(incomparable([run, storedRun('b', (config) => ({ ...config, seed: 2 }))])).toEqual([]);
  expect(incomparable([run, storedRun('b', (config) => ({ ...config, target: { sparsity: 0.3 } }))])).toEqual(['target']);
  expect(incomparable([run, storedRun('b', (config) => ({ ...config, search: { ...config.search, fitness: 'perplexity' } }))])).toEqual(['fitness']);
  expect(incomparable([run, storedRun('b', (config) => ({ ...config, target: { sparsity: 0.3 }, search: { ...config.search, strategy: 'uniform' } }))])).toEqual([]);
});

it('writes amounts', () => {
  expect(pinnedTitle(3)).toBe('Three pinned runs');
  expect(pinnedTitle(1)).toBe('One pinned run');
});
