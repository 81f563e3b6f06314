import { expect, it } from 'vitest';
import { storedRun } from '../../store/runs/runs.fixture.ts';
import { runShape, shapeWords } from './run-shape.ts';

it('parts the parent’s modules into attention and MLP, coloured by what they keep', () => {
  const shape = runShape(storedRun('a'));
  expect(shape.attention.map(({ layer, kept, removed }) => [layer, kept, removed])).toEqual([[1, 4, false], [2, 2, false]]);
  expect(shape.mlp.map(({ layer, kept, removed }) => [layer, kept, removed])).toEqual([[1, 0, true], [2, 2, false]]);
  expect(shape.attention[0]?.stop).toBe(0);
  expect(shapeWords(shape)).toBe('keeps on average 75 % of attention and 25 % of MLP, 1 module removed');
});

it('is empty before there is a level database', () => {
  expect(runShape({ ...storedRun('a'), modules: [] })).toEqual({ attention: [], mlp: [] });
});
