import type { GenerationRecord } from '../../store/run-state.ts';
import type { ModulePaint } from '../levels/module-paint.ts';
import { moduleName } from '../module-axis/words.ts';
import { csv } from '../parts/csv.ts';

/** Whose genomes are counted: the parent of every generation, or those that reached its last stage. */
export type Counted = 'parents' | 'survivors';

/** How often each module was at each of its levels. */
export interface KeptOverRun {
  /** One list a module, one count a level, from dense to removed. */
  readonly counts: readonly (readonly number[])[];
  /** Genomes that were counted. */
  readonly total: number;
}

/** The candidates of a generation that reached its last stage. */
function survivors({ candidates }: GenerationRecord): readonly (readonly number[])[] {
  const furthest = candidates.reduce((most, { fitness }) => Math.max(most, fitness.length), 0);
  return candidates.filter(({ fitness }) => furthest > 0 && fitness.length === furthest).map(({ genome }) => genome);
}

/** Counts the levels of all modules over all finished generations; `levels`: how many each module has. */
export function keptOverRun(history: readonly GenerationRecord[], levels: readonly number[], counted: Counted): KeptOverRun {
  const counts = levels.map((length) => Array.from({ length }, () => 0));
  let total = 0;
  for (const record of history) {
    for (const genome of counted === 'parents' ? [record.parent.genome] : survivors(record)) {
      total++;
      for (const [module, level] of genome.entries()) {
        const row = counts[module];
        if (row) row[level] = (row[level] ?? 0) + 1;
      }
    }
  }
  return { counts, total };
}

/** The mean share of a module that was kept; null where nothing was counted. */
export function meanKept({ counts, total }: KeptOverRun, paints: readonly ModulePaint[], module: number): number | null {
  if (total === 0) return null;
  return (counts[module] ?? []).reduce((sum, times, level) => sum + times * (paints[module]?.levels[level]?.share ?? 0), 0) / total;
}

/** Plain numbers: one line a module and level that it has, with the structures kept there and the share of genomes. */
export function keptCsv({ counts, total }: KeptOverRun, paints: readonly ModulePaint[]): string {
  const rows = paints.flatMap((paint, module) =>
    paint.levels.map(({ kept }, level) => {
      const times = counts[module]?.[level] ?? 0;
      return [moduleName(paint), kept, paint.structures, times, total === 0 ? null : times / total];
    }),
  );
  return csv([['module', 'kept', 'structures', 'times', 'share'], ...rows]);
}
