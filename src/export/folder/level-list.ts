import type { ModuleId, ModuleKind } from '../../model/spec.ts';
import type { LevelEntry } from '../../pruning/level-database.ts';

/** A module with the nominal level that it is cut to, of 0 (dense) to K (removed). */
export interface ModuleLevel extends ModuleId {
  readonly nominalLevel: number;
}

/** The output projections, whose columns are pruned: the reference calls modules by them. */
const projections: Readonly<Record<ModuleKind, string>> = { attention: 'self_attn.o_proj', mlp: 'mlp.down_proj' };

/**
 * One of the nominal levels that a level stands for: dense and removed by their own numbers, which mean the same for any
 * number of structures, others by the lowest.
 */
export function nominalLevelOf({ nominal }: Pick<LevelEntry, 'nominal'>, nominalLevels: number): number {
  const [lowest] = nominal;
  if (lowest === undefined) throw new RangeError('a level that stands for no nominal one');
  return lowest !== 0 && nominal.includes(nominalLevels) ? nominalLevels : lowest;
}

/**
 * The level list of the reference implementation (github.com/IST-DASLab/DarwinLM, `evo_struct_prune_search.py` writes it,
 * `lmeval.py` and `struct_prune.py` read it): a line `model.layers.0.mlp.down_proj: 3` for each module, first all MLPs by
 * layer, then all attentions (`...self_attn.o_proj`), no line break at the end (its readers stumble over an empty line). The
 * number names the file `{level}.pth` of the module in the reference's database: the position in its list of columns to
 * remove, which is the nominal level where that list has the K + 1 counts of this program.
 */
export function levelList(modules: readonly ModuleLevel[]): string {
  const linesOf = (kind: ModuleKind): string[] =>
    modules
      .filter((module) => module.kind === kind)
      .sort((a, b) => a.layer - b.layer)
      .map(({ layer, nominalLevel }) => `model.layers.${layer}.${projections[kind]}: ${nominalLevel}`);
  return [...linesOf('mlp'), ...linesOf('attention')].join('\n');
}
