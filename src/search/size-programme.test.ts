import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomFor } from '../base/random.ts';
import { genomeSize } from './search-space.ts';
import { cheapestWithin, sizeProgramme } from './size-programme.ts';
import { allGenomes, spaceArbitrary, spaceOf } from './spaces.fixture.ts';

describe('sizeProgramme', () => {
  it('lists the sizes and least costs that brute force finds, each with a genome that has them', () => {
    fc.assert(
      fc.property(spaceArbitrary(1, 4, 5), (space) => {
        const lossOf = (module: number, level: number): number => space.modules[module]?.loss[level] ?? Infinity;
        const lossSum = (genome: readonly number[]): number => genome.reduce((sum, level, module) => sum + lossOf(module, level), 0);
        const most = Math.floor(0.8 * space.dense);
        const expected = new Map<number, number>();
        for (const genome of allGenomes(space)) {
          const size = genomeSize(space, genome);
          if (size <= most) expected.set(size, Math.min(expected.get(size) ?? Infinity, lossSum(genome)));
        }
        const programme = sizeProgramme(space, most, lossOf);
        expect(programme.exact).toBe(true);
        expect(new Map(programme.reachable.map(({ size, cost }) => [size, cost]))).toEqual(expected);
        for (const reached of programme.reachable) {
          const genome = programme.genomeOf(reached);
          expect(genomeSize(space, genome)).toBe(reached.size);
          expect(lossSum(genome)).toBe(reached.cost);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('lists only true sizes where sizes share buckets', () => {
    const modules = Array.from({ length: 10 }, (_, layer) => {
      const random = randomFor(1, 'sizes', layer);
      const parameters = [900_000, 700_000, 500_000, 300_000, 100_000].map((size) => size + random.below(90_000));
      return { kind: 'mlp' as const, layer, parameters: [...parameters, 0], loss: [0, 1, 2, 3, 4, 5] };
    });
    const space = spaceOf(modules);
    const programme = sizeProgramme(space, space.dense, () => 0);
    expect(programme.exact).toBe(false);
    expect(programme.reachable.length).toBeGreaterThan(1000);
    for (const reached of programme.reachable.filter((_, index) => index % 97 === 0)) {
      expect(genomeSize(space, programme.genomeOf(reached))).toBe(reached.size);
    }
  });

  it('finds nothing in an interval without sizes', () => {
    const space = spaceOf([{ kind: 'mlp', layer: 0, parameters: [10, 4, 0], loss: [0, 1, 2] }]);
    const programme = sizeProgramme(space, 10, () => 0);
    expect(cheapestWithin(programme, 5, 9)).toBeNull();
    expect(cheapestWithin(programme, 0, 9)?.size).toBe(4);
  });
});
