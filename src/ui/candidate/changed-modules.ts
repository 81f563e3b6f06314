import type { Genome } from '../../pruning/level-database.ts';
import type { ModulePaint } from '../levels/module-paint.ts';

/** One module at which two genomes differ. */
export interface ChangedModule {
  readonly module: number;
  readonly paint: ModulePaint;
  /** Nominal levels. */
  readonly before: number;
  readonly after: number;
  readonly kept: number;
  /** Difference in parameters. */
  readonly parameters: number;
}

/** The modules at which a genome differs from another, in genome order. */
export function changedModules(paints: readonly ModulePaint[], genome: Genome, baseline: Genome): ChangedModule[] {
  return paints.flatMap((paint, module) => {
    const [after, before] = [paint.levels[genome[module] ?? 0], paint.levels[baseline[module] ?? 0]];
    if (!after || !before || after === before) return [];
    return [{ module, paint, before: before.nominal, after: after.nominal, kept: after.kept, parameters: after.parameters - before.parameters }];
  });
}

/** Parameters of a genome's modules. */
export const sizeOf = (paints: readonly ModulePaint[], genome: Genome): number =>
  genome.reduce((sum, level, module) => sum + (paints[module]?.levels[level]?.parameters ?? 0), 0);
