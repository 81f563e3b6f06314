import { expect, it } from 'vitest';
import { initialSearch } from './population-view.fixture.ts';
import { populationView } from './population-view.ts';

it('compares candidates with the parent that they came from, also once it was replaced', () => {
  const running = initialSearch({ generation: 2, closed: false });
  expect(populationView(running, null).baseline.id).toBe('1.01');
  const closed = initialSearch({ generation: 2, closed: true });
  const view = populationView(closed, null);
  expect(view.parent.id).toBe('2.02');
  expect(view.baseline.id).toBe('1.01');
});

it('looks back at a finished generation as it was', () => {
  const search = initialSearch({ generation: 2, closed: true });
  const first = populationView(search, 1);
  expect(first).toMatchObject({ generation: 1, live: false, parent: { id: 'uniform' }, parentFitness: 2 });
  expect(first.candidates.map(({ id, status, stage }) => ({ id, status, stage }))).toEqual([
    { id: '1.01', status: 'measured', stage: 1 },
    { id: '1.02', status: 'eliminated', stage: 0 },
  ]);
  expect(populationView(search, 1).candidates).toBe(first.candidates);
  expect(populationView(search, 9).live).toBe(true);
});
