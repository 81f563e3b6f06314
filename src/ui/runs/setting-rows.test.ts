import { expect, it } from 'vitest';
import { storedRun } from '../../store/runs/runs.fixture.ts';
import { settingRows, tellsApart } from './setting-rows.ts';

const base = storedRun('a');
const seeded = storedRun('b', (config) => ({ ...config, seed: 8 }));
const changed = { ...base, changes: [{ generation: 2, before: { maxFlips: 3 }, after: { maxFlips: 1 } }, { generation: 3, before: { maxFlips: 1 }, after: { maxFlips: 2, learningRate: 1e-5 } }] };

it('tells which runs have another value than most, and what changed on the way', () => {
  const rows = settingRows([base, seeded, changed]);
  const told = Object.fromEntries(rows.filter(tellsApart).map(({ name, values, differs }) => [name, { values, differs }]));
  expect(told).toEqual({
    Seed: { values: [['1'], ['8'], ['1']], differs: [false, true, false] },
    'Max flips': { values: [['3'], ['3'], ['3', '1', '2']], differs: [false, false, true] },
    'Learning rate': { values: [['1e-4'], ['1e-4'], ['1e-4', '1e-5']], differs: [false, false, true] },
  });
});

it('has no row to tell apart where runs are alike, and takes the first of two as usual', () => {
  expect(settingRows([base, base]).filter(tellsApart)).toEqual([]);
  expect(settingRows([base, seeded]).find(({ name }) => name === 'Seed')?.differs).toEqual([false, true]);
});
