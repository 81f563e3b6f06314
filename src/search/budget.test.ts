import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { STANDARD_TOLERANCE, budgetFor, isFeasible, nearestFeasible } from './budget.ts';
import { TargetUnreachableError } from './errors.ts';
import { genomeSize } from './search-space.ts';
import { sizeProgramme } from './size-programme.ts';
import { allGenomes, spaceArbitrary, spaceOf, talesSpace } from './spaces.fixture.ts';

describe('budgetFor', () => {
  it('takes the asked tolerance where it can be met, by default the standard one, else exactly the least that brute force finds', () => {
    fc.assert(
      fc.property(spaceArbitrary(1, 4, 5), fc.integer({ min: 0, max: 950 }), fc.constantFrom(undefined, 0.02), (space, permille, asked) => {
        const room = 1000 * (asked ?? STANDARD_TOLERANCE);
        // In thousandths, so that what is expected has no rounding.
        const target = (1000 - permille) * space.dense;
        const sizes = allGenomes(space).map((genome) => genomeSize(space, genome));
        const largest = Math.max(...sizes.filter((size) => 1000 * size <= target));
        fc.pre(largest > 0);
        const budget = budgetFor(space, permille / 1000, asked);
        const fine = 1000 * largest >= target - room * space.dense;
        const least = fine ? target - room * space.dense : 1000 * largest;
        expect(budget.exact).toBe(true);
        expect(budget.tolerance).toBeCloseTo((target - least) / 1000 / space.dense, 12);
        for (const size of sizes) expect(isFeasible(budget, size)).toBe(size > 0 && 1000 * size <= target && 1000 * size >= least);
      }),
      { numRuns: 300 },
    );
  });

  it('refuses exactly the targets that only a genome without parameters meets', () => {
    fc.assert(
      fc.property(spaceArbitrary(1, 3, 4), fc.integer({ min: 0, max: 999 }), (space, permille) => {
        const met = allGenomes(space).some((genome) => genomeSize(space, genome) > 0 && 1000 * genomeSize(space, genome) <= (1000 - permille) * space.dense);
        const outcome = ((): string => {
          try {
            budgetFor(space, permille / 1000);
            return 'met';
          } catch (error) {
            return error instanceof TargetUnreachableError ? 'refused' : String(error);
          }
        })();
        expect(outcome).toBe(met ? 'met' : 'refused');
      }),
    );
  });

  it('includes the size that rounding of 1 - s would exclude', () => {
    const space = spaceOf([{ kind: 'mlp', layer: 0, parameters: [10, 1, 0], loss: [0, 1, 2] }]);
    expect((1 - 0.9) * 10).toBeLessThan(1);
    expect(budgetFor(space, 0.9)).toMatchObject({ least: 1, most: 1, tolerance: STANDARD_TOLERANCE });
  });

  it('refuses a target below the smallest genome and names the nearest', () => {
    const space = spaceOf([{ kind: 'mlp', layer: 0, parameters: [10, 6], loss: [0, 1] }, { kind: 'attention', layer: 0, parameters: [10, 4], loss: [0, 1] }]);
    expect(budgetFor(space, 0.5)).toMatchObject({ least: 10, most: 10 });
    expect(() => budgetFor(space, 0.6)).toThrow(expect.objectContaining({ nearest: 0.5, sparsity: 0.6 }));
  });

  it('does not count a genome without parameters as a model', () => {
    const space = spaceOf([{ kind: 'mlp', layer: 0, parameters: [10, 5, 0], loss: [0, 1, 2] }]);
    expect(() => budgetFor(space, 0.6)).toThrow(/at most 50.0 %/);
  });

  it('refuses a sparsity that is none', () => {
    expect(() => budgetFor(talesSpace('kv-group'), Number.NaN)).toThrow(RangeError);
    expect(() => budgetFor(talesSpace('kv-group'), 1)).toThrow(RangeError);
  });

  it('states a least tolerance where levels are coarse: tales-6m in KV groups at 29.5 %', () => {
    const budget = budgetFor(talesSpace('kv-group'), 0.3);
    // Units of 49,152: 112 dense, target 78.4, largest size 78.
    expect(isFeasible(budget, 78 * 49_152)).toBe(true);
    expect(budget.tolerance).toBe(STANDARD_TOLERANCE);
    // Target 78.96.
    const coarse = budgetFor(talesSpace('kv-group'), 0.295);
    expect(coarse.least).toBe(78 * 49_152);
    expect(coarse.tolerance).toBeCloseTo(0.705 - 78 / 112, 12);
  });

  it('looks closer where sizes share a bucket and the standard tolerance is not met', () => {
    const parameters = [16_000_000, 4_000_050, 4_000_000, 0];
    const space = spaceOf([{ kind: 'mlp', layer: 0, parameters, loss: [0, 1, 2, 3] }]);
    expect(sizeProgramme(space, 8_000_000, () => 0)).toMatchObject({ exact: false, reachable: [{ size: 0 }, { size: 4_000_000 }] });
    expect(budgetFor(space, 0.5)).toMatchObject({ least: 4_000_050, exact: true });
  });

  it('proves the standard tolerance for large models whose sizes share no unit', () => {
    const odd = Array.from({ length: 48 }, (_, layer) => ({
      kind: layer % 2 === 0 ? ('attention' as const) : ('mlp' as const),
      layer,
      parameters: Array.from({ length: 11 }, (_unused, level) => (level === 10 ? 0 : 97_000_003 - 9_700_001 * level - layer * level)),
      loss: Array.from({ length: 11 }, (_unused, level) => level),
    }));
    expect(budgetFor(spaceOf(odd), 0.5)).toMatchObject({ tolerance: STANDARD_TOLERANCE, exact: true });
  });
});

describe('nearestFeasible', () => {
  it('is feasible and nearest in squared level steps', () => {
    fc.assert(
      fc.property(spaceArbitrary(2, 4, 5), fc.integer({ min: 100, max: 500 }), fc.array(fc.nat(), { minLength: 4, maxLength: 4 }), (space, permille, draws) => {
        const genome = space.modules.map((module, index) => (draws[index] ?? 0) % module.parameters.length);
        const feasible = allGenomes(space).filter((other) => genomeSize(space, other) > 0 && 1000 * genomeSize(space, other) <= (1000 - permille) * space.dense);
        fc.pre(feasible.length > 0);
        const budget = budgetFor(space, permille / 1000);
        const distance = (other: readonly number[]): number => other.reduce((sum, level, index) => sum + (level - (genome[index] ?? 0)) ** 2, 0);
        const found = nearestFeasible(space, budget, genome);
        expect(isFeasible(budget, genomeSize(space, found))).toBe(true);
        const within = feasible.filter((other) => isFeasible(budget, genomeSize(space, other)));
        expect(distance(found)).toBe(Math.min(...within.map(distance)));
      }),
      { numRuns: 200 },
    );
  });
});
