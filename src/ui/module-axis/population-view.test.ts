import { expect, it } from 'vitest';
import { initialSearch } from './population-view.fixture.ts';
import { populationTable } from './population-table.ts';
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

it('shows a candidate that was dropped in the stage that it did not finish, without a fitness of that stage', () => {
  const search = initialSearch({ generation: 2, closed: true });
  const dropped = { stage: 1, fitness: 0.4, tokens: 768, saved: 1280 };
  const history = search.history.map((record) => ({
    ...record,
    candidates: record.candidates.map((candidate, index) => (index === 1 ? { ...candidate, dropped } : candidate)),
  }));
  const view = populationView({ ...search, history }, 1);
  expect(view.candidates[1]).toMatchObject({ status: 'eliminated', stage: 1, dropped });
  expect(populationTable(view, []).rows[2]).toMatchObject({ state: 'dropped', stage: 2, fitness: null });
});
