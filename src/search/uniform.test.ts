import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { budgetFor, isFeasible, nearestFeasible } from './budget.ts';
import { genomeSize } from './search-space.ts';
import { problemArbitrary, spaceOf, talesSpace } from './spaces.fixture.ts';
import { removedShare, uniformGenome } from './uniform.ts';

const unit = 49_152;

/** [attention, mlp] for each layer. */
const layers = (genome: readonly number[]): number[][] => Array.from({ length: genome.length / 2 }, (_, layer) => genome.slice(2 * layer, 2 * layer + 2));
const repeat = (pair: number[], times: number): number[][] => Array.from({ length: times }, () => pair);

describe('uniformGenome', () => {
  it('is feasible for every space and target that has a feasible genome', () => {
    fc.assert(
      fc.property(problemArbitrary(2, 12, 8), ({ space, budget }) => {
        expect(isFeasible(budget, genomeSize(space, uniformGenome(space, budget)))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    // 25 %: one of four groups is 25 %, 20 % of channels; 88 of 84 units, four MLPs go on to 30 %.
    [0.25, 84, [...repeat([1, 3], 4), ...repeat([1, 2], 4)]],
    // 50 %: met at once.
    [0.5, 56, repeat([2, 5], 8)],
    // 62.5 %: two groups 50 %, 60 % of channels: 48 of 42 units; an MLP at 70 % is nearer than attention at 75 %.
    [0.625, 42, [...repeat([2, 7], 6), ...repeat([2, 6], 2)]],
  ])('tales-6m in KV groups at %f', (sparsity, units, expected) => {
    const space = talesSpace('kv-group');
    const genome = uniformGenome(space, budgetFor(space, sparsity));
    expect(layers(genome)).toEqual(expected);
    expect(genomeSize(space, genome)).toBe(units * unit);
  });

  it.each([
    // KV heads go with every second query head: 2 heads are 25 % (1/4 of the module).
    [0.25, false, 84],
    [0.5, false, 56],
    [0.625, false, 42],
    // KV heads stay until their group is empty.
    [0.25, true, 84],
    [0.5, true, 56],
    [0.625, true, 42],
  ])('tales-6m in query heads at %f (KV heads late: %s) stays within a head of %i units', (sparsity, spread, units) => {
    const space = talesSpace('query-head', spread);
    const budget = budgetFor(space, sparsity);
    expect(budget.tolerance).toBe(0.004);
    const genome = uniformGenome(space, budget);
    const size = genomeSize(space, genome);
    expect(size).toBeLessThanOrEqual(units * unit);
    expect(size).toBeGreaterThanOrEqual(units * unit - 0.004 * space.dense);
    for (const [index, module] of space.modules.entries()) {
      expect(Math.abs(removedShare(module, genome[index] ?? 0) - sparsity)).toBeLessThanOrEqual(1 / 6);
    }
  });

  it('passes over the nearest step where it overshoots, for one that ends inside', () => {
    const space = spaceOf([
      { kind: 'mlp', layer: 0, parameters: [1000, 500, 450, 0], loss: [0, 1, 2, 3] },
      { kind: 'attention', layer: 0, parameters: [1000, 520, 480, 0], loss: [0, 1, 2, 3] },
      { kind: 'mlp', layer: 1, parameters: [60, 30, 22, 0], loss: [0, 1, 2, 3] },
    ]);
    // Starts at 500 + 520 + 30 = 1050; feasible is 1022 to 1030. Shares after a step: 0.55 (ends at 1000), 0.52 (1010),
    // 0.63 (1042). Only the farthest does not overshoot; after it every step would: 992, 1002, 1020.
    const budget = budgetFor(space, 0.5);
    expect(budget).toMatchObject({ least: 1022, most: 1030 });
    expect(uniformGenome(space, budget)).toEqual(nearestFeasible(space, budget, [1, 1, 2]));
    // With a fourth module that goes in small steps the walk ends by itself.
    const wider = spaceOf([...space.modules, { kind: 'attention', layer: 1, parameters: [30, 15, 5, 0], loss: [0, 1, 2, 3] }]);
    // 1065 of 1037 to 1045: 0.52 would end at 1025, 0.55 at 1015; so 0.63 (1057), then 0.83 (1047), then 1 (1042).
    expect(budgetFor(wider, 0.5)).toMatchObject({ least: 1037, most: 1045 });
    expect(uniformGenome(wider, budgetFor(wider, 0.5))).toEqual([1, 1, 2, 3]);
  });

  it('ends with the nearest feasible genome where every step overshoots', () => {
    const space = spaceOf([
      { kind: 'mlp', layer: 0, parameters: [100, 60, 40, 0], loss: [0, 1, 2, 3] },
      { kind: 'attention', layer: 0, parameters: [100, 51, 41, 0], loss: [0, 1, 2, 3] },
    ]);
    // Target 100, which only 100 + 0 meets; the walk is at 60 + 51 = 111, and its steps lead to 91 or 101, then 81, 60 ...
    const budget = budgetFor(space, 0.5);
    expect(budget).toMatchObject({ least: 100, most: 100 });
    expect(uniformGenome(space, budget)).toEqual([0, 3]);
  });

  it('breaks ties by the order of modules', () => {
    const module = { kind: 'mlp' as const, parameters: [10, 6, 3, 0], loss: [0, 1, 2, 3] };
    const space = spaceOf([0, 1, 2].map((layer) => ({ ...module, layer })));
    expect(uniformGenome(space, budgetFor(space, 0.5))).toEqual([2, 1, 1]);
  });
});
