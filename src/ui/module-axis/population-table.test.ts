import { expect, it } from 'vitest';
import { modulePaint } from '../levels/module-paint.ts';
import { initialSearch } from './population-view.fixture.ts';
import { populationCsv, populationTable } from './population-table.ts';
import { populationView } from './population-view.ts';

const levels = (kept: readonly number[]) => kept.map((amount) => ({ kept: amount, parameters: amount, loss: 0 }));

it('has one row a candidate and one column a module, in nominal levels', () => {
  const paints = [
    modulePaint({ layer: 0, kind: 'attention', structures: 2, levels: levels([2, 1, 0]) }, 4),
    modulePaint({ layer: 0, kind: 'mlp', structures: 8, levels: levels([8, 6, 4, 2, 0]) }, 4),
  ];
  const csv = populationCsv(populationTable(populationView(initialSearch({ generation: 2, closed: true }), 1), paints));
  expect(csv.split('\n')).toEqual([
    'candidate,state,stage,fitness,Attention 1,MLP 1',
    'uniform,parent,,2,2,1',
    '1.01,measured,2,1,0,2',
    '1.02,out,1,1.3,0,2',
  ]);
});
