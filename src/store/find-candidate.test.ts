import { expect, it } from 'vitest';
import { findCandidate } from './find-candidate.ts';
import { initialRunState } from './initial-run-state.ts';
import { reduceRun } from './reduce-run.ts';
import { eventsToSearch } from './run.fixture.ts';

const { search } = reduceRun(initialRunState, eventsToSearch);
const find = (id: string) => search && findCandidate(search, id);

it('finds candidates that are out, the one that won, and those that run', () => {
  expect(find('1.04')).toMatchObject({ generation: 1, fitness: [0.95], from: { id: '0.00' }, running: null, record: { generation: 1 } });
  expect(find('1.02')).toMatchObject({ fitness: [0.8, 0.6], from: { id: '0.00' } });
  expect(find('2.01')).toMatchObject({ generation: 2, from: { id: '1.02' }, running: { status: 'training' }, record: null });
});

it('knows the start, which came from nothing', () => {
  expect(find('0.00')).toMatchObject({ generation: 0, from: null, genome: [1, 1, 1, 1], changed: [] });
});

it('finds none that the run does not have', () => {
  expect([find('1.05'), find('3.01'), find('nonsense')]).toEqual([null, null, null]);
});
