import type { DatabaseState } from '../../store/run-state.ts';
import { modulePaint } from '../levels/module-paint.ts';
import { csv } from '../parts/csv.ts';
import { lossAtHalf } from './database-grid.ts';
import { moduleName } from './words.ts';

/** One module of the level database; null is what is not known before it is cut. */
export interface DatabaseTableRow {
  readonly module: string;
  readonly levels: number | null;
  readonly structures: number | null;
  /** Structures and parameters left at the first level that keeps at most half. */
  readonly half: { readonly kept: number; readonly parameters: number } | null;
  /** As a share of what removing the whole module costs. */
  readonly loss: number | null;
}

/** The database as a table: one row a module. */
export function databaseTable({ modules }: DatabaseState, nominalLevels: number): DatabaseTableRow[] {
  return modules.map((summary, index) => {
    const module = moduleName({ kind: index % 2 === 0 ? 'attention' : 'mlp', layer: (index >> 1) + 1 });
    if (!summary) return { module, levels: null, structures: null, half: null, loss: null };
    const { levels, structures } = modulePaint(summary, nominalLevels);
    const half = levels.find(({ share }) => share <= 0.5);
    return { module, levels: levels.length, structures, half: half ? { kept: half.kept, parameters: half.parameters } : null, loss: lossAtHalf(summary) };
  });
}

/** Every level of every module that is cut, plain numbers. */
export function databaseCsv({ modules }: DatabaseState): string {
  const rows = modules.flatMap((summary) =>
    (summary?.levels ?? []).map(({ kept, parameters, loss }, level) => [(summary?.layer ?? 0) + 1, summary?.kind, level, kept, summary?.structures, parameters, loss]),
  );
  return csv([['layer', 'kind', 'level', 'kept', 'of', 'parameters', 'loss'], ...rows]);
}
