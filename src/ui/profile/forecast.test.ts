import { describe, expect, it } from 'vitest';
import { initialRunState } from '../../store/initial-run-state.ts';
import type { RunState } from '../../store/run-state.ts';
import { forecastOf, forecastWords } from './forecast.ts';
import { pointAfter, profileAfter } from './profile.fixture.ts';

const plain = (words: readonly string[]): string => words.join(' ').replaceAll('\u202f', ' ');
/** In the search, after generations of those lengths. */
const after = (lengths: readonly number[], change: Partial<RunState> = {}): RunState => ({
  ...initialRunState,
  phase: 'search',
  at: pointAfter(lengths.length, lengths).at,
  estimate: { phaseSeconds: 50, runSeconds: 60, flops: null },
  profile: { now: profileAfter(lengths.length), base: pointAfter(0), course: lengths.map((_, index) => pointAfter(index + 1, lengths)), outside: {} },
  ...change,
});

describe('the time left', () => {
  it('is rough until a generation was timed', () => {
    expect(forecastOf(after([]))).toMatchObject({ left: 60, timed: 0, usual: null, first: null });
    expect(plain(forecastWords(forecastOf(after([]))))).toMatch(/^Rough: no generation has been timed yet/);
  });

  it('rests on the last eight generations, whose middle half says how sure it is', () => {
    const lengths = [40, 10, 12, 8, 10, 10, 11, 9, 10];
    const forecast = forecastOf(after(lengths));
    expect(forecast).toMatchObject({ timed: 8, usual: [9.75, 10.25], first: 100, total: 220 });
    expect(plain(forecastWords(forecast))).toBe('It rests on the last 8 generations, half of which took 9.8 s to 10 s. After the first generation 1 m 40 s were foretold for the whole run; now it is 3 m 40 s.');
    expect(plain(forecastWords(forecastOf(after([10, 10]))))).toMatch(/^It rests on 2 generations\./);
    expect(plain(forecastWords(forecastOf(after([10]))))).toBe('It rests on one generation.');
  });

  it('outside the search rests on the pace of the phase', () => {
    expect(plain(forecastWords(forecastOf(after([10, 10, 10, 10], { phase: 'evaluate' }))))).toMatch(/^It rests on the pace of this phase/);
    expect(plain(forecastWords(forecastOf(after([], { phase: 'load', estimate: { phaseSeconds: null, runSeconds: null, flops: null } }))))).toBe('It is not known yet.');
  });

  it('of a run that is over is what was foretold against what it took', () => {
    const result = { seconds: {} } as RunState['result'];
    const over = forecastOf(after([10, 10], { result, phase: null, at: 80 }));
    expect(over).toMatchObject({ left: null, over: true, first: 100, total: 80 });
    expect(plain(forecastWords(over))).toBe('After the first generation 1 m 40 s were foretold for the whole run: 25 % too much.');
    expect(plain(forecastWords({ ...over, total: 125 }))).toMatch(/: 20 % too little\.$/);
    expect(plain(forecastWords({ ...over, total: 100.2 }))).toMatch(/, as it was\.$/);
    expect(forecastWords({ ...over, first: null })).toEqual([]);
  });

  it('says where settings were changed since: what was foretold was of others', () => {
    const search = { changes: [{ generation: 2, before: {}, after: {} }], history: [] } as unknown as RunState['search'];
    const changed = forecastWords(forecastOf(after([10, 10, 10], { search })));
    expect(plain(changed)).toMatch(/Settings were changed since\.$/);
  });
});
