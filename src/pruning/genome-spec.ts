import { moduleIds } from '../model/spec.ts';
import type { LayerShape, ModelSpec } from '../model/spec.ts';
import type { Genome, LevelDatabase, LevelEntry } from './level-database.ts';
import { GenomeInvalidError } from './pruning-errors.ts';
import { moduleName } from './prune-module.ts';

/** The level entry of every module, in genome order. Throws {@link GenomeInvalidError} where the genome does not fit. */
export function entriesOf(database: Pick<LevelDatabase, 'modules'>, genome: Genome): LevelEntry[] {
  const { modules } = database;
  if (genome.length !== modules.length) {
    throw new GenomeInvalidError(`it has ${genome.length} levels, and the model has ${modules.length} modules`);
  }
  return modules.map(({ id, levels }, index) => {
    const level = genome[index] ?? NaN;
    const entry = levels[level];
    if (entry === undefined) throw new GenomeInvalidError(`${moduleName(id)} has levels 0 to ${levels.length - 1}, not ${level}`);
    return entry;
  });
}

/** What the model of a genome looks like. Throws {@link GenomeInvalidError}. */
export function specOfGenome(spec: ModelSpec, database: LevelDatabase, genome: Genome): ModelSpec {
  const entries = entriesOf(database, genome);
  const shapes = spec.layers.map((): { -readonly [Key in keyof LayerShape]: LayerShape[Key] } => ({ queryGroups: [], channels: 0 }));
  for (const [index, { layer, kind }] of moduleIds(spec).entries()) {
    const [shape, entry] = [shapes[layer], entries[index]];
    if (shape === undefined || entry === undefined) throw new GenomeInvalidError(`there is no level for ${moduleName({ layer, kind })}`);
    if (kind === 'attention') shape.queryGroups = entry.queryGroups;
    else shape.channels = entry.channels;
  }
  return { ...spec, layers: shapes };
}
