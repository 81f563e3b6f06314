import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { budgetFor, isFeasible } from './budget.ts';
import { leastLossGenome } from './least-loss.ts';
import { genomeSize } from './search-space.ts';
import { allGenomes, problemArbitrary, talesSpace } from './spaces.fixture.ts';
import { uniformGenome } from './uniform.ts';

describe('leastLossGenome', () => {
  it('equals the best of brute force on small spaces', () => {
    fc.assert(
      fc.property(problemArbitrary(1, 4, 5), ({ space, budget }) => {
        const lossOf = (genome: readonly number[]): number => genome.reduce((sum, level, module) => sum + (space.modules[module]?.loss[level] ?? Infinity), 0);
        const feasible = allGenomes(space).filter((genome) => isFeasible(budget, genomeSize(space, genome)));
        const best = leastLossGenome(space, budget);
        expect(best.exact).toBe(true);
        expect(isFeasible(budget, genomeSize(space, best.genome))).toBe(true);
        expect(best.loss).toBe(lossOf(best.genome));
        expect(best.loss).toBe(Math.min(...feasible.map(lossOf)));
      }),
      { numRuns: 200 },
    );
  });

  it('beats the uniform genome on the shape of tales-6m', () => {
    const space = talesSpace('query-head');
    const budget = budgetFor(space, 0.5);
    const uniformLoss = uniformGenome(space, budget).reduce((sum, level, module) => sum + (space.modules[module]?.loss[level] ?? 0), 0);
    expect(leastLossGenome(space, budget).loss).toBeLessThan(0.95 * uniformLoss);
  });
});
