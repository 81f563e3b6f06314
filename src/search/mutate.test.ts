import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomFor } from '../base/random.ts';
import { budgetFor, isFeasible } from './budget.ts';
import type { MutationSettings } from './mutate.ts';
import { drawFlips, mutate } from './mutate.ts';
import { changedModules, genomeSize } from './search-space.ts';
import { problemArbitrary, spaceOf, talesSpace } from './spaces.fixture.ts';
import { uniformGenome } from './uniform.ts';

const any: MutationSettings = { maxFlips: 3, mutation: 'any', attentionShare: null };
const settingsArbitrary = fc.record({
  maxFlips: fc.integer({ min: 1, max: 6 }),
  mutation: fc.constantFrom('any' as const, 'same-type' as const),
  attentionShare: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
});

describe('mutate', () => {
  it('keeps the budget, and differs from the parent, through chains of mutations of any space', () => {
    let mutations = 0;
    fc.assert(
      fc.property(problemArbitrary(4, 14, 9), settingsArbitrary, fc.nat(), ({ space, budget }, settings, seed) => {
        let parent = uniformGenome(space, budget);
        for (let step = 0; step < 100; step++) {
          const child = mutate(space, budget, parent, settings, randomFor(seed, 'mutation', step));
          if (!child) continue;
          mutations++;
          expect(isFeasible(budget, genomeSize(space, child))).toBe(true);
          expect(changedModules(parent, child).length).toBeGreaterThan(0);
          parent = child;
        }
      }),
      { numRuns: 100 },
    );
    expect(mutations).toBeGreaterThan(3000);
  });

  it.each(['kv-group', 'query-head'] as const)('does not drift in 3000 mutations of tales-6m, %s', (granularity) => {
    const space = talesSpace(granularity, true);
    const budget = budgetFor(space, 0.5);
    let parent = uniformGenome(space, budget);
    let failed = 0;
    for (let step = 0; step < 3000; step++) {
      const child = mutate(space, budget, parent, any, randomFor(5, 'mutation', step));
      if (!child) failed++;
      else parent = child;
      expect(isFeasible(budget, genomeSize(space, parent))).toBe(true);
    }
    // What fails are switches that undo each other.
    expect(failed).toBeLessThan(300);
  });

  it('moves as many levels down as up where all steps are equal', () => {
    const module = { parameters: [6, 5, 4, 3, 2, 1, 0], loss: [0, 1, 2, 3, 4, 5, 6] };
    const space = spaceOf(Array.from({ length: 8 }, (_, index) => ({ ...module, layer: index >> 1, kind: index % 2 ? ('mlp' as const) : ('attention' as const) })));
    const budget = budgetFor(space, 0.5);
    const parent = uniformGenome(space, budget);
    for (let step = 0; step < 200; step++) {
      const child = mutate(space, budget, parent, { ...any, maxFlips: 1 }, randomFor(1, 'mutation', step));
      const differences = (child ?? []).map((level, index) => level - (parent[index] ?? 0)).filter((difference) => difference !== 0);
      expect(differences.toSorted()).toEqual([-1, 1]);
    }
  });

  it('draws types by the modules that can move, never those that the model lacks', () => {
    const module = { parameters: [6, 5, 4, 3, 2, 1, 0], loss: [0, 1, 2, 3, 4, 5, 6] };
    const absent = { kind: 'attention' as const, layer: 0, parameters: [0], loss: [0] };
    const present = ['attention', 'attention', 'mlp', 'mlp'].map((kind) => ({ ...module, layer: 0, kind: kind === 'mlp' ? ('mlp' as const) : ('attention' as const) }));
    const space = spaceOf([...Array.from({ length: 12 }, () => absent), ...present]);
    const budget = budgetFor(space, 0.5);
    const parent = uniformGenome(space, budget);
    expect(parent.slice(0, 12)).toEqual(Array(12).fill(0));
    let [attention, moved] = [0, 0];
    for (let step = 0; step < 400; step++) {
      const child = mutate(space, budget, parent, { ...any, maxFlips: 1 }, randomFor(3, 'mutation', step));
      const changed = child === null ? [] : changedModules(parent, child);
      expect(changed.every((index) => index >= 12)).toBe(true);
      moved += changed.length;
      attention += changed.filter((index) => index < 14).length;
    }
    expect(moved).toBe(800);
    expect(Math.abs(attention / moved - 0.5)).toBeLessThan(0.06); // by all modules it would be nearly 7 in 8 wherever both can
  });

  it('keeps the size of each type in same-type mode, and shifts between types in the other', () => {
    const space = talesSpace('kv-group');
    const budget = budgetFor(space, 0.5);
    const attentionLevels = (genome: readonly number[]): number => genome.reduce((sum, level, index) => sum + (space.modules[index]?.kind === 'attention' ? level : 0), 0);
    const spread = (mutation: 'any' | 'same-type'): Set<number> => {
      const seen = new Set<number>();
      let parent = uniformGenome(space, budget);
      for (let step = 0; step < 300; step++) {
        parent = mutate(space, budget, parent, { ...any, mutation }, randomFor(2, 'mutation', step)) ?? parent;
        seen.add(attentionLevels(parent));
      }
      return seen;
    };
    expect([...spread('same-type')]).toEqual([16]);
    expect(spread('any').size).toBeGreaterThan(3);
  });

  it('switches attention as often as attentionShare says; null is by the number of modules', () => {
    const space = talesSpace('kv-group');
    const budget = budgetFor(space, 0.5);
    const parent = uniformGenome(space, budget);
    const share = (attentionShare: number | null): number => {
      const changed = Array.from({ length: 1000 }, (_, step) =>
        changedModules(parent, mutate(space, budget, parent, { maxFlips: 1, mutation: 'same-type', attentionShare }, randomFor(3, 'mutation', step)) ?? parent),
      ).flat();
      return changed.filter((index) => space.modules[index]?.kind === 'attention').length / changed.length;
    };
    expect(share(0)).toBe(0);
    expect(share(1)).toBe(1);
    expect(share(0.2)).toBeCloseTo(0.2, 1);
    expect(share(null)).toBeCloseTo(0.5, 1);
  });

  it('gives null where nothing can be switched', () => {
    const space = spaceOf([{ kind: 'mlp', layer: 0, parameters: [10, 5, 0], loss: [0, 1, 2] }]);
    expect(mutate(space, budgetFor(space, 0.5), [1], any, randomFor(1, 'mutation'))).toBeNull();
  });
});

describe('drawFlips', () => {
  it('is the lesser of two uniform draws', () => {
    const counts = [0, 0, 0];
    for (let draw = 0; draw < 9000; draw++) counts[drawFlips(3, randomFor(1, 'flips', draw)) - 1]! += 1;
    // P(1, 2, 3) = 5/9, 3/9, 1/9.
    for (const [index, expected] of [5000, 3000, 1000].entries()) expect(Math.abs((counts[index] ?? 0) - expected)).toBeLessThan(200);
  });
});
