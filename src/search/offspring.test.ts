import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { budgetFor, isFeasible } from './budget.ts';
import { mutate } from './mutate.ts';
import { drawOffspring } from './offspring.ts';
import { genomeSize } from './search-space.ts';
import { allGenomes, problemArbitrary, spaceOf, talesSpace } from './spaces.fixture.ts';
import { uniformGenome } from './uniform.ts';

const settings = { maxFlips: 3, mutation: 'any', attentionShare: null } as const;

describe('drawOffspring', () => {
  it('gives distinct feasible genomes, none of them the parent', () => {
    fc.assert(
      fc.property(problemArbitrary(3, 10, 8), fc.nat(), ({ space, budget }, seed) => {
        const parent = uniformGenome(space, budget);
        const offspring = drawOffspring({ seed, purpose: 'mutation', generation: 1, parent, count: 16, draw: (random) => mutate(space, budget, parent, settings, random) });
        expect(new Set([parent, ...offspring].map((genome) => genome.join())).size).toBe(offspring.length + 1);
        for (const genome of offspring) expect(isFeasible(budget, genomeSize(space, genome))).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('gives all that were asked for where there are enough, the same for the same seed and generation', () => {
    const space = talesSpace('kv-group');
    const budget = budgetFor(space, 0.5);
    const parent = uniformGenome(space, budget);
    const draw = (seed: number, generation: number, count: number): readonly (readonly number[])[] =>
      drawOffspring({ seed, purpose: 'mutation', generation, parent, count, draw: (random) => mutate(space, budget, parent, settings, random) });
    expect(draw(1, 1, 64)).toHaveLength(64);
    expect(draw(1, 1, 16)).toEqual(draw(1, 1, 64).slice(0, 16));
    expect(draw(1, 2, 16)).not.toEqual(draw(1, 1, 16));
    expect(draw(2, 1, 16)).not.toEqual(draw(1, 1, 16));
  });

  it('returns fewer where the space is exhausted', () => {
    const module = { kind: 'mlp' as const, parameters: [2, 1, 0], loss: [0, 1, 2] };
    const space = spaceOf([{ ...module, layer: 0 }, { ...module, layer: 1 }]);
    const budget = budgetFor(space, 0.5);
    const parent = uniformGenome(space, budget);
    const others = allGenomes(space).filter((genome) => isFeasible(budget, genomeSize(space, genome)) && genome.join() !== parent.join());
    const offspring = drawOffspring({ seed: 1, purpose: 'mutation', generation: 1, parent, count: 16, draw: (random) => mutate(space, budget, parent, settings, random) });
    expect(offspring.map((genome) => genome.join()).toSorted()).toEqual(others.map((genome) => genome.join()).toSorted());
  });
});
