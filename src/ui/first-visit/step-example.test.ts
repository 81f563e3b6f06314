import { expect, it } from 'vitest';
import { initialRunState } from '../../store/initial-run-state.ts';
import { reduceRun } from '../../store/reduce-run.ts';
import { eventsToExport } from '../../store/run.fixture.ts';
import { stepExample } from './step-example.ts';

it('takes what the four steps show from a run', () => {
  const example = stepExample(reduceRun(initialRunState, eventsToExport));
  expect(example?.levels.map(({ share }) => share)).toEqual([1, 0.5, 0]);
  expect(example?.mutation).toEqual({ parent: [1, 1, 1, 1], child: [0, 2, 1, 1], changed: [0, 1] });
  expect([example?.left, example?.curve, example?.uniform]).toEqual([[4, 2, 1], [0.6], 1]);
});

it('shows nothing of a run that did not come so far', () => {
  const end = eventsToExport.findIndex(({ type }) => type === 'generation-finished');
  expect(stepExample(initialRunState)).toBeNull();
  expect(stepExample(reduceRun(initialRunState, eventsToExport.slice(0, end)))).toBeNull();
});
