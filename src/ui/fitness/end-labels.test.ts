import { expect, it } from 'vitest';
import { endLabels } from './end-labels.ts';

const row = (x: number, parent: number | null, best: readonly (number | null)[] = []) => ({ x, generation: x, parent, best });
const series = { ends: [row(0, 4), row(1, 3, [3.5]), row(2, 2, [null]), row(3, 1, [2])], uniform: 4, random: [row(0, 4), row(1, 3.8)] };
const labelled = (shown: number, from: number, to: number) => {
  const { x, labels } = endLabels(series, shown, { from, to }, 'parent');
  return [x, labels.map(({ text, value }) => `${text} ${value}`)];
};

it('names what each line is worth where it ends', () => {
  expect(labelled(1, 0, 16)).toEqual([1, ['uniform 4', 'random search 3.8', 'best of stage 1 3.5', 'parent 3']]);
  expect(labelled(2, 0, 16)).toEqual([2, ['uniform 4', 'parent 2']]); // the stored random search has no second generation
  expect(labelled(0, 0, 16)).toEqual([0, ['uniform 4', 'random search 4', 'parent 4']]);
});

it('names what is in view of a part, and nothing before the first of it', () => {
  expect(labelled(3, 0.5, 1.5)).toEqual([1.5, ['uniform 4', 'random search 3.8', 'best of stage 1 3.5', 'parent 3']]); // the lines go on
  expect(labelled(1, 1.5, 3)).toEqual([null, []]);
});
