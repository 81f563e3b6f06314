import { describe, expect, it } from 'vitest';
import type { GenerationRecord } from '../../store/run-state.ts';
import { fitnessCsv, fitnessSeries } from './fitness-series.ts';

const record = (generation: number, fitness: number, extra: Partial<GenerationRecord> = {}): GenerationRecord => ({
  generation,
  from: { id: '0.00', genome: [], size: 0 },
  parent: { id: `${generation}.01`, genome: [], size: 0 },
  fitness,
  previousParentFitness: fitness + 0.1,
  replaced: true,
  stageBest: [fitness + 0.5, fitness],
  candidates: [
    { id: 'a', genome: [], changed: [], fitness: [fitness + 0.5, fitness], losses: [] },
    { id: 'b', genome: [], changed: [], fitness: [Number.POSITIVE_INFINITY], losses: [] },
  ],
  forwardTokens: generation * 1000,
  trainedTokens: 0,
  at: 100 + generation * 10,
  ...extra,
});

describe('fitnessSeries', () => {
  it('starts at uniform, the parent of the first generation', () => {
    const series = fitnessSeries([record(1, 1.5), record(2, 1.2)], [], 'generation');
    expect(series.uniform).toBeCloseTo(1.6);
    expect(series.rows.map(({ x, parent }) => [x, parent])).toEqual([[0, 1.6], [1, 1.5], [2, 1.2]]);
    expect(series.rows.at(-1)?.best).toEqual([1.7]);
    expect(series.ends.map(({ parent }) => parent)).toEqual([1.6, 1.5, 1.2]);
  });

  it('leaves out what is not a number', () => {
    const series = fitnessSeries([record(1, 1.5), record(2, Number.POSITIVE_INFINITY)], [], 'generation');
    expect(series.cloud).toEqual([1, 1.5]);
    expect(series.rows.at(-1)?.parent).toBeNull();
  });

  it('measures cost in trained tokens, or in tokens of measurement where none are trained', () => {
    const places = (history: GenerationRecord[], kind: 'tokens' | 'time') => fitnessSeries(history, [], kind).ends.map(({ x }) => x);
    expect(places([record(1, 1), record(2, 1)], 'tokens')).toEqual([0, 1000, 2000]);
    expect(places([record(1, 1, { trainedTokens: 5 }), record(2, 1, { trainedTokens: 9 })], 'tokens')).toEqual([0, 5, 9]);
    expect(places([record(1, 1), record(2, 1)], 'time')).toEqual([0, 10, 20]);
  });

  it('breaks the line where the measure changed', () => {
    const stage = (fitnessTokens: number) => [{ survivors: 1, fitnessTokens, trainingTokens: 0 }];
    const changes = [{ generation: 2, before: { stages: stage(8) }, after: { stages: stage(16) } }];
    const rows = fitnessSeries([record(1, 1.5), record(2, 1.2)], changes, 'generation').rows;
    expect(rows.map(({ x, parent }) => [x, parent])).toEqual([[0, 1.6], [1, 1.5], [2, 1.5], [2, null], [2, 1.2]]);
  });

  it('lays random search beside it, by the same measure of cost', () => {
    const random = { fitness: [1.6, null, 1.55], forwardTokens: [900, 1800, 2700], trainedTokens: [0, 0, 0], at: [10, 20, 30], start: 1.7 };
    const rows = (kind: 'generation' | 'tokens' | 'time') => fitnessSeries([record(1, 1.5)], [], kind, random).random.map(({ x, parent }) => [x, parent]);
    expect(rows('generation')).toEqual([[0, 1.7], [1, 1.6], [2, null], [3, 1.55]]);
    expect(rows('tokens').map(([x]) => x)).toEqual([0, 900, 1800, 2700]);
    expect(rows('time').map(([x]) => x)).toEqual([0, 10, 20, 30]);
    expect(fitnessCsv([record(1, 1.25), record(2, 1.2)], random).split('\n').map((line) => line.split(',').at(-1))).toEqual(['random_search_fitness', '1.6', '']);
  });

  it('writes plain numbers', () => {
    expect(fitnessCsv([record(1, 1.25)]).split('\n')[1]).toBe('1,1.01,1.25,1.35,true,1.75,1.25,1000,0,110');
  });
});
