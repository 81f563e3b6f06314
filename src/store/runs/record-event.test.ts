import { expect, it } from 'vitest';
import { initialRunState } from '../initial-run-state.ts';
import { reduceRun } from '../reduce-run.ts';
import { recordOf, wholeRun } from './runs.fixture.ts';
import { generationsOf, lastFitness } from './stored-run.ts';

it('comes to the same as the run’s reducer', () => {
  const record = recordOf(wholeRun);
  const run = reduceRun(initialRunState, wholeRun);
  expect(record).toMatchObject({ config: run.config, startedAt: run.startedAt, seconds: run.at, model: run.model, quality: run.quality, result: run.result, changes: run.search?.changes, parent: run.search?.parent });
  expect(record.curve.at).toEqual(run.search?.history.map(({ at }) => at));
  expect(record.curve.fitness).toEqual(run.search?.history.map(({ fitness }) => fitness));
  expect(record.modules.map(({ kept }) => kept)).toEqual(run.database.modules.map((module) => module?.levels.map(({ kept }) => kept)));
  expect(record.state).toBe('finished');
  expect(generationsOf(record)).toBe(2);
  expect(lastFitness(record)).toBe(run.search?.history.at(-1)?.fitness);
});

it('keeps no fitness that was not a number', () => {
  const wrong = wholeRun.map((event) => (event.type === 'generation-finished' && event.generation === 2 ? { ...event, fitness: Number.NaN } : event));
  const record = recordOf(wrong);
  expect(record.curve.fitness.at(-1)).toBeNull();
  expect(lastFitness(record)).toBe(record.curve.fitness[0]);
});
