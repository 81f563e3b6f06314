import * as fc from 'fast-check';
import type { Genome, Granularity } from '../pruning/level-database.ts';
import type { Budget } from './budget.ts';
import { budgetFor } from './budget.ts';
import { spaceOfParameters } from './search-space.ts';
import type { SearchSpace, SpaceModule } from './search-space.ts';
import type { SearchSettings } from './settings.ts';

/** Spaces that tests of this folder search, and settings for it. */

/** Two stages, the last of them trained. */
export const twoStages: SearchSettings = {
  generations: 6,
  offspring: 8,
  maxFlips: 3,
  mutation: 'any',
  attentionShare: null,
  learningRate: 1e-4,
  stages: [
    { survivors: 3, fitnessTokens: 512, trainingTokens: 0 },
    { survivors: 1, fitnessTokens: 2048, trainingTokens: 256 },
  ],
};

export const spaceOf = spaceOfParameters;

const nominalLevels = 10;

/** The collapse rule of the method's section 6: counts removed at nominal levels 0 to 10, equal ones once. */
export function removedCounts(structures: number): number[] {
  const counts = Array.from({ length: nominalLevels + 1 }, (_, level) => Math.floor((2 * level * structures + nominalLevels) / (2 * nominalLevels)));
  return [...new Set(counts)];
}

const hidden = 256;
const headDim = 32;

/** Query heads go in an order that empties KV heads as late (`spread`) or as early as can be. */
function attentionParameters(removed: number, granularity: Granularity, spread: boolean): number {
  const queries = granularity === 'kv-group' ? 8 - 2 * removed : 8 - removed;
  const keys = granularity === 'kv-group' || !spread ? Math.ceil(queries / 2) : Math.min(4, queries);
  return (2 * queries + 2 * keys) * headDim * hidden;
}

const growingLoss = (levels: number, scale: number): number[] => Array.from({ length: levels }, (_, level) => scale * level ** 2);

/** Levels of tales-6m: 8 layers of 8 query heads on 4 KV heads of width 32, hidden 256, 640 channels. */
export function talesSpace(granularity: Granularity, spread = false): SearchSpace {
  const heads = removedCounts(granularity === 'kv-group' ? 4 : 8).map((removed) => attentionParameters(removed, granularity, spread));
  const channels = removedCounts(640).map((removed) => 3 * (640 - removed) * hidden);
  return spaceOf(
    Array.from({ length: 8 }, (_, layer) => [
      { kind: 'attention' as const, layer, parameters: heads, loss: growingLoss(heads.length, 1 + layer) },
      { kind: 'mlp' as const, layer, parameters: channels, loss: growingLoss(channels.length, 2 + layer) },
    ]).flat(),
  );
}

type SizedModule = Omit<SpaceModule, 'cost'>;

const stepArbitrary = fc.record({ parameters: fc.integer({ min: 0, max: 40 }), loss: fc.double({ min: 0, max: 10, noNaN: true }) });

/** A module of uneven steps, sometimes with equal neighbours, of few or many levels, down to 0 parameters. */
const presentArbitrary = (maxLevels: number): fc.Arbitrary<SizedModule> =>
  fc
    .record({
      kind: fc.constantFrom('attention' as const, 'mlp' as const),
      steps: fc.array(stepArbitrary, { minLength: 1, maxLength: maxLevels - 1 }),
      last: fc.integer({ min: 1, max: 40 }),
    })
    .map(({ kind, steps, last }) => {
      const sizes = [...steps.map((step) => step.parameters), last];
      const parameters = [...sizes.keys(), sizes.length].map((level) => sizes.slice(level).reduce((sum, size) => sum + size, 0));
      const loss = [...sizes.keys(), sizes.length].map((level) => steps.slice(0, level).reduce((sum, step) => sum + step.loss, 0));
      return { kind, layer: 0, parameters, loss };
    });

/** A module that the dense model lacks: one level, without parameters. */
const absentArbitrary: fc.Arbitrary<SizedModule> = fc
  .constantFrom('attention' as const, 'mlp' as const)
  .map((kind) => ({ kind, layer: 0, parameters: [0], loss: [0] }));

const moduleArbitrary = (maxLevels: number): fc.Arbitrary<SizedModule> =>
  fc.oneof({ arbitrary: presentArbitrary(maxLevels), weight: 6 }, { arbitrary: absentArbitrary, weight: 1 });

export const spaceArbitrary = (minModules: number, maxModules: number, maxLevels: number): fc.Arbitrary<SearchSpace> =>
  fc
    .array(moduleArbitrary(maxLevels), { minLength: minModules, maxLength: maxModules })
    .map((modules) => spaceOf(modules.map((module, layer) => ({ ...module, layer }))));

/** A space with a target that it can meet: one of its levels alone is small enough. Targets are in thousandths. */
export const problemArbitrary = (minModules: number, maxModules: number, maxLevels: number): fc.Arbitrary<{ space: SearchSpace; budget: Budget }> =>
  fc
    .record({ space: spaceArbitrary(minModules, maxModules, maxLevels), permille: fc.integer({ min: 100, max: 750 }) })
    .filter(({ space, permille }) =>
      space.modules.some(({ parameters }) => parameters.some((size) => size > 0 && 1000 * size <= (1000 - permille) * space.dense)),
    )
    .map(({ space, permille }) => ({ space, budget: budgetFor(space, permille / 1000) }));

/** Every genome; for small spaces only. */
export function allGenomes(space: SearchSpace): Genome[] {
  return space.modules.reduce<number[][]>(
    (genomes, module) => genomes.flatMap((genome) => [...module.parameters.keys()].map((level) => [...genome, level])),
    [[]],
  );
}
