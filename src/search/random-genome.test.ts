import { describe, expect, it } from 'vitest';
import { randomFor } from '../base/random.ts';
import { budgetFor, isFeasible } from './budget.ts';
import { randomGenome } from './random-genome.ts';
import { genomeSize } from './search-space.ts';
import { talesSpace } from './spaces.fixture.ts';
import { uniformGenome } from './uniform.ts';

describe('randomGenome', () => {
  it.each(['kv-group', 'query-head'] as const)('is feasible and lies 1 to 16 switches from the uniform genome, %s', (granularity) => {
    const space = talesSpace(granularity);
    const budget = budgetFor(space, 0.5);
    const uniform = uniformGenome(space, budget);
    const distances = Array.from({ length: 500 }, (_, index) => {
      const genome = randomGenome(space, budget, uniform, randomFor(1, 'random-search', index)) ?? [];
      expect(isFeasible(budget, genomeSize(space, genome))).toBe(true);
      return genome.reduce((sum, level, module) => sum + Math.abs(level - (uniform[module] ?? 0)), 0);
    });
    // Two level steps a switch, less what cancels out, more what repair adds.
    expect(Math.max(...distances)).toBeGreaterThan(16);
    expect(Math.max(...distances)).toBeLessThanOrEqual(32 + 24);
    expect(Math.min(...distances)).toBeLessThanOrEqual(2);
  });
});
