import { describe, expect, it } from 'vitest';
import { initialRunState } from '../../store/initial-run-state.ts';
import { reduceRun } from '../../store/reduce-run.ts';
import { eventsToSearch } from '../../store/run.fixture.ts';
import type { SearchState } from '../../store/run-state.ts';
import { isPostTrained, resultColumns, resultCsv, resultRows, type ResultSources } from './result-columns.ts';
import { result, speed } from './result.fixture.ts';

const { search } = reduceRun(initialRunState, eventsToSearch);
if (!search) throw new Error('the run of the fixture searches');

const of = (more: Partial<ResultSources> = {}) => resultColumns({ result: result(0.367, 0.61), search, speeds: {}, random: null, ...more });
const titles = (more: Partial<ResultSources>): string[] => of(more).map(({ title }) => title);
const plain = (text: string): string => text.replaceAll('\u202f', ' ');
const cells = (columns: ReturnType<typeof of>, name: RegExp): string[] => (resultRows(columns).find((row) => name.test(row.name))?.cells ?? []).map(plain);
const trainedSearch: SearchState = { ...search, history: search.history.map((record) => ({ ...record, trainedTokens: 3_900_000 })) };
const postTrained = {
  ...result(0.2, 0.61),
  heldOut: { ...result(0.2, 0.61).heldOut, searched: { perplexity: 80, kl: 0.367, agreement: 0.55 } },
  tokens: { forward: 0, trained: 6_300_000 },
};

describe('the table of results', () => {
  it('has a column for each model that the run has', () => {
    expect(titles({})).toEqual(['Dense', 'Uniform', 'Random search, equal budget', 'DarwinLM']);
    expect(titles({ result: postTrained })).toEqual(['Dense', 'Uniform', 'Random search, equal budget', 'DarwinLM', 'DarwinLM, post-trained']);
    expect(titles({ search: { ...search, strategy: 'random' } })).toEqual(['Dense', 'Uniform', 'Random search']);
    expect(titles({ search: { ...search, strategy: 'uniform' } })).toEqual(['Dense', 'Uniform']);
    expect(titles({ search: { ...search, strategy: 'uniform' }, result: postTrained })).toEqual(['Dense', 'Uniform', 'Uniform, post-trained']);
  });

  it('writes a dash for what was not measured, never 0', () => {
    const columns = of();
    expect(cells(columns, /^Parameters/)).toEqual(['6.56 M', '1.05 M', '–', '3.81 M']);
    expect(cells(columns, /^Perplexity/)).toEqual(['56.5', '88.1', '–', '72.1']);
    expect(cells(columns, /^Decode/)).toEqual(['–', '–', '–', '–']);
    expect(cells(columns, /^Trained/)).toEqual(['–', '–', '–', '64']);
  });

  it('says 0 and 100 % of the dense model itself', () => {
    expect(cells(of(), /^KL/)[0]).toBe('0');
    expect(cells(of(), /^Top/)[0]).toBe('100 %');
  });

  it('takes speeds of the run, or those measured since', () => {
    const measured = { ...result(0.3, 0.6), speed: { dense: speed(41.2), uniform: speed(64.1), winner: speed(63.8) } };
    expect(cells(of({ result: measured }), /^Decode/)).toEqual(['41.2', '64.1', '–', '63.8']);
    expect(cells(of({ result: measured }), /^Prefill 512/)).toEqual(['412', '641', '–', '638']);
    expect(cells(of({ result: measured, speeds: { dense: speed(50), [search.parent.id]: speed(70) } }), /^Decode/)).toEqual(['50.0', '64.1', '–', '70.0']);
  });

  it('adds the tokens of post-training to those of the search, on the same shape', () => {
    const columns = of({ result: { ...postTrained, speed: { dense: speed(1), uniform: speed(2), winner: speed(3) } }, search: trainedSearch });
    expect(cells(columns, /^Trained/)).toEqual(['–', '–', '–', '3.9 M', '+ 2.4 M']);
    expect(cells(columns, /^Decode/).slice(-2)).toEqual(['3.0', '3.0']);
    expect(cells(columns, /^Perplexity/).slice(-2)).toEqual(['80.0', '72.1']);
  });

  it('counts all tokens where the winner was not measured before post-training, as in results of older versions', () => {
    const columns = of({ result: { ...result(0.2, 0.61), tokens: postTrained.tokens }, search: trainedSearch });
    expect(columns.at(-1)?.title).toBe('DarwinLM, post-trained');
    expect(cells(columns, /^Trained/)).toEqual(['–', '–', '–', '6.3 M']);
    expect(isPostTrained({ result: postTrained, search: trainedSearch })).toBe(true);
    expect(isPostTrained({ result: { ...postTrained, tokens: { forward: 0, trained: 3_900_000 } }, search: trainedSearch })).toBe(false);
  });

  it('has random search as it was without post-training', () => {
    const random = { result: postTrained, quality: postTrained.heldOut, speed: {} };
    expect(cells(of({ random }), /^Perplexity/)[2]).toBe('80.0');
    expect(cells(of({ random }), /^Parameters/)[2]).toBe('3.81 M');
  });

  it('saves plain numbers, nothing for what is missing', () => {
    const [head, dense, , random] = resultCsv(of()).split('\n');
    expect(head?.split(',')).toHaveLength(10);
    expect(dense).toBe('Dense,6557952,5505024,56.5,1e-9,1,,,,');
    expect(random).toMatch(/^"Random search, equal budget",,,,,,,,,$/);
  });
});
