import type { ModuleKind } from '../model/spec.ts';
import type { Genome, LevelDatabase } from '../pruning/level-database.ts';

/** What a budget counts: true parameters, or nanoseconds as measured on this device. */
export type CostUnit = 'parameters' | 'nanoseconds';

/** The levels of one module, as far as the search needs them; index = level, 0 dense, last most pruned. */
export interface SpaceModule {
  readonly kind: ModuleKind;
  readonly layer: number;
  /** True parameters at each level; never increasing. */
  readonly parameters: readonly number[];
  /** What each level takes of the budget, in the space's unit: whole numbers, never increasing. The parameters where those are the unit. */
  readonly cost: readonly number[];
  /** Accumulated OBS loss at each level. */
  readonly loss: readonly number[];
}

/** All genomes: one level for each of these modules, in genome order. Plain data, cheap to send to another thread. */
export interface SearchSpace {
  readonly unit: CostUnit;
  readonly modules: readonly SpaceModule[];
  /** Cost of all modules at level 0. */
  readonly dense: number;
}

/** A space whose budget counts parameters. */
export function spaceOfParameters(modules: readonly Omit<SpaceModule, 'cost'>[]): SearchSpace {
  return spaceOfCosts('parameters', modules.map((module) => ({ ...module, cost: module.parameters })));
}

function spaceOfCosts(unit: CostUnit, modules: readonly SpaceModule[]): SearchSpace {
  return { unit, modules, dense: modules.reduce((sum, module) => sum + costAt(module, 0), 0) };
}

/** The search space of a level database; its budget counts parameters. */
export function searchSpaceOf(database: Pick<LevelDatabase, 'modules'>): SearchSpace {
  return spaceOfParameters(
    database.modules.map(({ id, levels }) => ({
      kind: id.kind,
      layer: id.layer,
      parameters: levels.map((level) => level.parameters),
      loss: levels.map((level) => level.loss),
    })),
  );
}

/** The same genomes with a budget of nanoseconds: `costs` of every module's levels, whole and never increasing. */
export function timedSpace(space: SearchSpace, costs: readonly (readonly number[])[]): SearchSpace {
  return spaceOfCosts(
    'nanoseconds',
    space.modules.map((module, index) => {
      const cost = costs[index];
      if (cost?.length !== module.parameters.length) throw new RangeError(`not a cost for each level of module ${index}`);
      return { ...module, cost };
    }),
  );
}

const missing = (module: SpaceModule, level: number): RangeError => new RangeError(`${module.kind} ${module.layer} has no level ${level}`);

/** What a level of a module takes of the budget. @throws RangeError where the module has no such level. */
export function costAt(module: SpaceModule, level: number): number {
  const cost = module.cost[level];
  if (cost === undefined) throw missing(module, level);
  return cost;
}

/** The level that a genome gives to a module. @throws RangeError where the genome is too short. */
export function levelAt(genome: Genome, module: number): number {
  const level = genome[module];
  if (level === undefined) throw new RangeError(`the genome has no module ${module}`);
  return level;
}

function sumOver(space: SearchSpace, genome: Genome, of: (module: SpaceModule, level: number) => number): number {
  if (genome.length !== space.modules.length) {
    throw new RangeError(`a genome of ${genome.length} levels for ${space.modules.length} modules`);
  }
  return space.modules.reduce((sum, module, index) => sum + of(module, levelAt(genome, index)), 0);
}

/** What a genome takes of the budget. @throws RangeError where the genome does not fit the space. */
export const genomeCost = (space: SearchSpace, genome: Genome): number => sumOver(space, genome, costAt);

/** True parameters of a genome's modules, whatever the budget counts. @throws RangeError where the genome does not fit the space. */
export const genomeSize = (space: SearchSpace, genome: Genome): number =>
  sumOver(space, genome, (module, level) => {
    const parameters = module.parameters[level];
    if (parameters === undefined) throw missing(module, level);
    return parameters;
  });

/** A genome's true parameters, and its cost where that is something else. */
export function sizesOf(space: SearchSpace, genome: Genome): { readonly size: number; readonly cost?: number } {
  const size = genomeSize(space, genome);
  return space.unit === 'parameters' ? { size } : { size, cost: genomeCost(space, genome) };
}

/** Indices of the modules at which two genomes differ. */
export function changedModules(before: Genome, after: Genome): number[] {
  return after.flatMap((level, index) => (level === before[index] ? [] : [index]));
}
