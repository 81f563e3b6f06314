import { describe, expect, it } from 'vitest';
import { initialRunState } from '../../store/initial-run-state.ts';
import { reduceRun } from '../../store/reduce-run.ts';
import { eventsToSearch } from '../../store/run.fixture.ts';
import { soFarColumns, soFarRows, soFarSentence, stillToCome } from './so-far.ts';

const run = reduceRun(initialRunState, eventsToSearch);
const { model, config, search } = run;
if (!search) throw new Error('the run of the fixture searches');
const plain = (text: string): string => text.replaceAll('\u202f', ' ');

describe('results so far', () => {
  it('are the sizes, and what the search has measured', () => {
    const columns = soFarColumns({ model, search });
    expect(columns).toEqual([
      { title: 'Dense', parameters: 2000, prunable: 1600, fitness: null },
      { title: 'Uniform', parameters: 1200, prunable: 800, fitness: 1 },
      { title: 'Parent 1.02', parameters: 1200, prunable: 800, fitness: 0.6 },
    ]);
    expect(soFarRows(columns, 'kl').at(-1)?.cells).toEqual(['0', '1.000', '0.600']);
    expect(soFarRows(columns, 'perplexity').at(-1)?.cells[0]).toBe('–');
  });

  it('are told as what they are', () => {
    expect(plain(soFarSentence('tiny', { model, config, search }))).toBe('So far tiny would have 1,200 parameters, 60 % of the original. In the search its KL is 0.600; it began at 1.000.');
    expect(plain(soFarSentence('tiny', { model, config, search: { ...search, strategy: 'uniform' } }))).toBe('So far tiny would have 1,200 parameters, 60 % of the original.');
    expect(soFarSentence('tiny', { model: null, config, search })).toBe('There is no candidate yet.');
  });

  it('say what is still to come', () => {
    expect(stillToCome(run)).toContain('the search: generation 2 of 2');
    expect(stillToCome(run)).toContain('held-out quality and speed');
    expect(stillToCome(run)).not.toContain('the model is loaded');
    const all = stillToCome(initialRunState);
    expect(all).toHaveLength(7);
  });
});
