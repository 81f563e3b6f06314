import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomFor } from '../base/random.ts';
import type { LatencyTable } from '../evaluation/latency-table.ts';
import { llamaTraits } from '../model/llama-traits.ts';
import { prunableParameters, totalParameters, type ModelSpec } from '../model/spec.ts';
import type { LevelDatabase, LevelEntry } from '../pruning/level-database.ts';
import { isFeasible } from '../search/budget.ts';
import { mutate } from '../search/mutate.ts';
import { randomGenome } from '../search/random-genome.ts';
import { genomeCost, genomeSize, searchSpaceOf } from '../search/search-space.ts';
import { uniformGenome } from '../search/uniform.ts';
import { sizeBudget, speedBudget } from './plan-budget.ts';
import { ParametersUnreachableError, SpeedUnreachableError } from './target-errors.ts';

const spec: ModelSpec = { ...llamaTraits, vocabulary: 40, hidden: 8, headDim: 2, maxPositions: 64, layers: Array.from({ length: 4 }, () => ({ queryGroups: [1, 1, 1, 1], channels: 12 })) };

const entry = (kind: 'attention' | 'mlp', kept: number): LevelEntry => {
  const all = [...Array.from({ length: kept }).keys()];
  const attention = kind === 'attention';
  const parameters = attention ? kept * 2 * 8 * 4 : 3 * kept * 8;
  return { nominal: [], removed: 0, kept: Int32Array.from(all), heads: attention ? all : [], kvHeads: attention ? all : [], queryGroups: attention ? all.map(() => 1) : [], channels: attention ? 0 : kept, loss: 0, parameters };
};

const database: Pick<LevelDatabase, 'modules'> = {
  modules: spec.layers.flatMap((_, layer) => [
    { id: { layer, kind: 'attention' as const }, structures: 4, levels: [4, 3, 2, 1, 0].map((kept) => entry('attention', kept)), fallbacks: 0 },
    { id: { layer, kind: 'mlp' as const }, structures: 12, levels: [12, 9, 6, 3, 0].map((kept) => entry('mlp', kept)), fallbacks: 0 },
  ]),
};
const space = searchSpaceOf(database);

const steps = fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 4, maxLength: 4 });
const tables: fc.Arbitrary<LatencyTable> = fc.record({ attention: steps, mlp: steps, fixed: fc.integer({ min: 1, max: 20_000 }) }).map(({ attention, mlp, fixed }) => {
  const costs = (of: readonly number[]): number[] => of.map((_, level) => of.slice(level).reduce((sum, step) => sum + step, 0));
  const entries = [
    ...costs(attention).map((cost, level) => ({ kind: 'attention' as const, heads: 4 - level, kvHeads: 4 - level, channels: 0, parameters: 64 * (4 - level), measured: cost, cost })),
    ...costs(mlp).map((cost, level) => ({ kind: 'mlp' as const, heads: 0, kvHeads: 0, channels: 12 - 3 * level, parameters: 24 * (12 - 3 * level), measured: cost, cost })),
  ];
  return { measure: 'decode', tokens: 16, rounds: 3, fixed, unit: 1, entries };
});

const target = (speedup: number) => ({ speedup, measure: 'decode' as const });
const settings = { maxFlips: 3, mutation: 'any' as const, attentionShare: null };

describe('a speed as a budget', () => {
  it('is kept by the uniform genome, by every offspring and by random search, or the nearest reachable speed is named', () => {
    fc.assert(
      fc.property(tables, fc.double({ min: 1.05, max: 3, noNaN: true }), fc.integer({ min: 0, max: 1000 }), (table, speedup, seed) => {
        let planned;
        try {
          planned = speedBudget(target(speedup), space, database, table);
        } catch (error) {
          if (!(error instanceof SpeedUnreachableError)) throw error;
          expect(error.nearest).toBeLessThan(speedup);
          if (error.nearest > 1.01) speedBudget(target(error.nearest * (1 - 1e-4)), space, database, table); // does not throw
          return;
        }
        const { space: timed, budget, dense, most } = planned;
        expect(most).toBeLessThanOrEqual(dense / speedup);
        let parent = uniformGenome(timed, budget);
        for (let generation = 0; generation < 8; generation++) {
          const draws = [mutate(timed, budget, parent, settings, randomFor(seed, 'mutation', generation)), randomGenome(timed, budget, parent, randomFor(seed, 'random-search', generation))];
          for (const genome of [parent, ...draws]) {
            if (genome === null) continue;
            expect(isFeasible(budget, genomeCost(timed, genome))).toBe(true);
            expect(table.fixed + genomeCost(timed, genome)).toBeLessThanOrEqual(most);
          }
          parent = draws[0] ?? parent;
        }
      }),
    );
  });

  it('needs all levels timed', () => {
    expect(() => speedBudget(target(1.2), space, database, { measure: 'decode', tokens: 1, rounds: 3, fixed: 1, unit: 1, entries: [] })).toThrow('was not timed');
  });
});

describe('a number of parameters as a budget', () => {
  const [total, prunable] = [totalParameters(spec), prunableParameters(spec)];

  it('is that of the whole model', () => {
    const wanted = total - Math.round(prunable / 2);
    const genome = uniformGenome(space, sizeBudget({ parameters: wanted }, spec, space));
    const pruned = total - prunable + genomeSize(space, genome);
    expect(pruned).toBeLessThanOrEqual(wanted);
    expect(pruned).toBeGreaterThan(wanted - 0.1 * prunable);
    expect(sizeBudget({ parameters: wanted }, spec, space)).toEqual(sizeBudget({ sparsity: (total - wanted) / prunable }, spec, space));
  });

  it.each([total + 1, total - prunable, 1])('of %i is refused, with what can be had', (parameters) => {
    expect(() => sizeBudget({ parameters }, spec, space)).toThrow(ParametersUnreachableError);
    expect(() => sizeBudget({ parameters }, spec, space)).toThrow(total.toLocaleString('en'));
  });
});
