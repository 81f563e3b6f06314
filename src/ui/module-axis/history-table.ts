import type { GenerationRecord } from '../../store/run-state.ts';
import type { ModulePaint } from '../levels/module-paint.ts';
import { csv } from '../parts/csv.ts';
import { moduleName } from './words.ts';

/** The parents of a search as a table: one row a generation, one column a module, in plain numbers. */
export interface HistoryTableData {
  readonly columns: readonly string[];
  readonly rows: readonly HistoryTableRow[];
}

export interface HistoryTableRow {
  readonly generation: number;
  readonly parent: string;
  readonly fitness: number;
  /** Nominal: k of K. */
  readonly levels: readonly number[];
  /** Modules whose level differs from the generation before. */
  readonly changed: ReadonlySet<number>;
}

/** `start`: the genome that generation 1 began with. */
export function historyTable(history: readonly GenerationRecord[], start: readonly number[], paints: readonly ModulePaint[]): HistoryTableData {
  const rows = history.map(({ generation, parent, fitness }, index) => {
    const before = history[index - 1]?.parent.genome ?? start;
    const changed = new Set(parent.genome.flatMap((level, module) => (level === before[module] ? [] : [module])));
    return { generation, parent: parent.id, fitness, levels: parent.genome.map((level, module) => paints[module]?.levels[level]?.nominal ?? level), changed };
  });
  return { columns: paints.map(moduleName), rows };
}

/** Full precision, plain numbers; a fitness that was none is empty. */
export function historyCsv({ columns, rows }: HistoryTableData): string {
  return csv([['generation', 'parent', 'fitness', ...columns], ...rows.map(({ generation, parent, fitness, levels }) => [generation, parent, fitness, ...levels])]);
}
