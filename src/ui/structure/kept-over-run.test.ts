import { describe, expect, it } from 'vitest';
import { paintModule } from '../levels/module-paint.ts';
import { keptCsv, keptOverRun, meanKept } from './kept-over-run.ts';
import { candidateOf, generationOf } from './structure.fixture.ts';

const levels = [4, 2, 0].map((kept) => ({ kept, parameters: kept, loss: 0 }));
const paints = [paintModule({ layer: 0, kind: 'attention', structures: 4, levels }, 2), paintModule({ layer: 0, kind: 'mlp', structures: 4, levels }, 2)];
const history = [
  generationOf(1, [1, 1], [candidateOf('1.01', [0, 2], [0, 1], [1, 1]), candidateOf('1.02', [2, 0], [0, 1], [1, 1]), candidateOf('1.03', [2, 0], [0, 1], [1])], '1.01'),
  generationOf(2, [0, 2], [candidateOf('2.01', [1, 1], [0, 1], [1, 1])], null),
];

describe('keptOverRun', () => {
  it('counts the levels of the parents, or of all that reached the last stage', () => {
    expect(keptOverRun(history, [3, 3], 'parents')).toEqual({ counts: [[2, 0, 0], [0, 0, 2]], total: 2 });
    expect(keptOverRun(history, [3, 3], 'survivors')).toEqual({ counts: [[1, 1, 1], [1, 1, 1]], total: 3 });
  });

  it('averages what was kept, and does not divide by nothing', () => {
    const kept = keptOverRun(history, [3, 3], 'parents');
    expect([0, 1].map((module) => meanKept(kept, paints, module))).toEqual([1, 0]);
    expect(meanKept(keptOverRun([], [3, 3], 'parents'), paints, 0)).toBeNull();
  });

  it('is a table in plain numbers', () => {
    expect(keptCsv(keptOverRun(history, [3, 3], 'survivors'), paints).split('\n').slice(0, 3)).toEqual([
      'module,kept,structures,times,share',
      'Attention 1,4,4,1,0.3333333333333333',
      'Attention 1,2,4,1,0.3333333333333333',
    ]);
  });
});
