import { describe, expect, it } from 'vitest';
import { randomFor } from '../base/random.ts';
import { budgetFor, isFeasible } from './budget.ts';
import { TargetUnreachableError } from './errors.ts';
import { leastLossGenome } from './least-loss.ts';
import { mutate } from './mutate.ts';
import { genomeCost } from './search-space.ts';
import { spaceOf, talesSpace } from './spaces.fixture.ts';
import { uniformGenome } from './uniform.ts';

/** A space of which some modules could not be cut: they have their dense level only. */
function withDense(kept: readonly number[]) {
  return spaceOf(
    talesSpace('kv-group').modules.map(({ kind, layer, parameters, loss }, index) => {
      const levels = kept.includes(index) ? 1 : parameters.length;
      return { kind, layer, parameters: parameters.slice(0, levels), loss: loss.slice(0, levels) };
    }),
  );
}

describe('modules that have their dense level only', () => {
  it.each([[[3]], [[0, 1, 2]], [[1, 3, 5, 7]]])('%j leave the search its way: all genomes are feasible and keep them', (kept) => {
    const space = withDense(kept);
    const budget = budgetFor(space, 0.5);
    const uniform = uniformGenome(space, budget);
    const settings = { maxFlips: 3, mutation: 'any', attentionShare: null } as const;
    const mutants = Array.from({ length: 50 }, (_, seed) => mutate(space, budget, uniform, settings, randomFor(seed, 'mutation')));
    const genomes = [uniform, leastLossGenome(space, budget).genome, ...mutants.filter((mutant) => mutant !== null)];
    expect(genomes.length).toBeGreaterThan(30);
    for (const genome of genomes) {
      expect(isFeasible(budget, genomeCost(space, genome))).toBe(true);
      for (const index of kept) expect(genome[index]).toBe(0);
    }
  });

  it('make a target unreachable where they are too many, and that is said', () => {
    const space = withDense([1, 3, 5, 7, 9, 11, 13, 15]);
    expect(() => budgetFor(space, 0.5)).toThrow(TargetUnreachableError);
  });
});
