import type { ModuleKind } from '../model/spec.ts';
import type { Genome, LevelDatabase } from '../pruning/level-database.ts';

/** The levels of one module, as far as the search needs them; index = level, 0 dense, last most pruned. */
export interface SpaceModule {
  readonly kind: ModuleKind;
  readonly layer: number;
  /** True parameters at each level; never increasing. */
  readonly parameters: readonly number[];
  /** Accumulated OBS loss at each level. */
  readonly loss: readonly number[];
}

/** All genomes: one level for each of these modules, in genome order. Plain data, cheap to send to another thread. */
export interface SearchSpace {
  readonly modules: readonly SpaceModule[];
  /** Parameters of all modules at level 0. */
  readonly dense: number;
}

/** The search space of a level database. */
export function searchSpaceOf(database: Pick<LevelDatabase, 'modules'>): SearchSpace {
  const modules = database.modules.map(({ id, levels }) => ({
    kind: id.kind,
    layer: id.layer,
    parameters: levels.map((level) => level.parameters),
    loss: levels.map((level) => level.loss),
  }));
  return { modules, dense: modules.reduce((sum, module) => sum + parametersAt(module, 0), 0) };
}

/** Parameters of a module at a level. @throws RangeError where the module has no such level. */
export function parametersAt(module: SpaceModule, level: number): number {
  const parameters = module.parameters[level];
  if (parameters === undefined) throw new RangeError(`${module.kind} ${module.layer} has no level ${level}`);
  return parameters;
}

/** The level that a genome gives to a module. @throws RangeError where the genome is too short. */
export function levelAt(genome: Genome, module: number): number {
  const level = genome[module];
  if (level === undefined) throw new RangeError(`the genome has no module ${module}`);
  return level;
}

/** True parameters of a genome's modules. @throws RangeError where the genome does not fit the space. */
export function genomeSize(space: SearchSpace, genome: Genome): number {
  if (genome.length !== space.modules.length) {
    throw new RangeError(`a genome of ${genome.length} levels for ${space.modules.length} modules`);
  }
  return space.modules.reduce((sum, module, index) => sum + parametersAt(module, levelAt(genome, index)), 0);
}

/** Indices of the modules at which two genomes differ. */
export function changedModules(before: Genome, after: Genome): number[] {
  return after.flatMap((level, index) => (level === before[index] ? [] : [index]));
}
