import { expect, it } from 'vitest';
import { initialRunState } from './initial-run-state.ts';
import { reduceRun } from './reduce-run.ts';
import { eventsToSearch } from './run.fixture.ts';
import { searchAt, searchInForce, withChanges } from './search-in-force.ts';

it('is what the run began with, and every change since', () => {
  const run = reduceRun(initialRunState, eventsToSearch);
  expect(searchInForce(run)).toEqual({ ...run.config?.search, maxFlips: 1 });
  expect(searchInForce(initialRunState)).toBeNull();
});

it('is known of every generation, also of those before a change', () => {
  const run = reduceRun(initialRunState, eventsToSearch);
  expect([1, 2].map((generation) => searchAt(run, generation)?.maxFlips)).toEqual([3, 1]);
});

it('takes null for a balance by module count, and undefined for no change', () => {
  const search = reduceRun(initialRunState, eventsToSearch).config?.search;
  if (!search) throw new Error('the fixture has a configuration');
  const shifted = withChanges(search, { attentionShare: 0.3, maxFlips: undefined });
  expect(shifted).toEqual({ ...search, attentionShare: 0.3 });
  expect(withChanges(shifted, { attentionShare: null }).attentionShare).toBeNull();
});
