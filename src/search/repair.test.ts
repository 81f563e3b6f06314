import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomFor } from '../base/random.ts';
import { budgetFor, isFeasible } from './budget.ts';
import { repair } from './repair.ts';
import { changedModules, genomeSize } from './search-space.ts';
import { spaceOf, talesSpace } from './spaces.fixture.ts';
import { uniformGenome } from './uniform.ts';

describe('repair', () => {
  const space = talesSpace('query-head', true);
  const budget = budgetFor(space, 0.5);

  it('leaves a feasible genome as it is', () => {
    const uniform = uniformGenome(space, budget);
    expect(repair(space, budget, uniform, randomFor(1, 'repair'))).toEqual(uniform);
  });

  it('brings genomes a few levels off into the budget', () => {
    const uniform = uniformGenome(space, budget);
    fc.assert(
      fc.property(fc.array(fc.nat(15), { minLength: 1, maxLength: 6 }), fc.boolean(), fc.nat(), (modules, prune, seed) => {
        const off = [...uniform];
        for (const module of modules) off[module] = Math.min(8, Math.max(0, (off[module] ?? 0) + (prune ? 1 : -1)));
        const repaired = repair(space, budget, off, randomFor(seed, 'repair'));
        expect(repaired && isFeasible(budget, genomeSize(space, repaired))).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it('takes one step where one ends inside', () => {
    const fine = Array.from({ length: 21 }, (_, level) => 20 - level);
    const mixed = spaceOf([
      { kind: 'mlp', layer: 0, parameters: [40, 20, 0], loss: [0, 1, 2] },
      { kind: 'attention', layer: 0, parameters: fine, loss: fine.map((_, level) => level) },
    ]);
    // 10 of 30: a step of 20 mends it at once, steps of 1 do not.
    for (let seed = 0; seed < 50; seed++) expect(repair(mixed, budgetFor(mixed, 0.5), [2, 10], randomFor(seed, 'repair'))).toEqual([1, 10]);
  });

  it('moves allowed modules only', () => {
    const off = uniformGenome(space, budget).map((level, index) => (index === 1 ? level - 1 : level));
    const repaired = repair(space, budget, off, randomFor(1, 'repair'), (index) => index === 3);
    expect(changedModules(off, repaired ?? off)).toEqual([3]);
    expect(repair(space, budget, off, randomFor(1, 'repair'), () => false)).toBeNull();
  });
});
