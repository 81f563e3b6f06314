import { expect, it } from 'vitest';
import { storedRun } from '../../store/runs/runs.fixture.ts';
import { comparedLines } from './compared-runs.ts';

const run = storedRun('a');
const random = storedRun('r', (config) => ({ ...config, search: { ...config.search, strategy: 'random' } }));
const uniform = { ...storedRun('u', (config) => ({ ...config, search: { ...config.search, strategy: 'uniform' } })), curve: { start: null, fitness: [], forwardTokens: [], trainedTokens: [], at: [] } };

it('draws pinned runs over uniform and the stored random search of the first', () => {
  const lines = comparedLines([run, storedRun('b')], [run, random], 'generation');
  expect(lines.map(({ name, control }) => [name, control])).toEqual([
    ['uniform', true],
    ['random', true],
    ['a', false],
    ['b', false],
  ]);
  expect(lines[0]?.curve).toEqual({ x: [0, 2], y: [1, 1], generation: [0, 0] });
});

it('draws a random search that is pinned once, keeps the looks of places, and none for a run without a search', () => {
  const lines = comparedLines([uniform, run, random], [uniform, run, random], 'generation');
  expect(lines.map(({ id }) => id)).toEqual(['uniform', 'a', 'r']);
  expect(lines[1]?.look.colour).toBe('var(--r2)');
  expect(comparedLines([uniform], [uniform], 'generation')).toEqual([]);
});
