import { failedIn } from '../format/failed-words.ts';
import { csv } from '../parts/csv.ts';
import type { PopulationView } from './population-view.ts';
import type { ModulePaint } from '../levels/module-paint.ts';
import { moduleName } from './words.ts';

/** The population as a table: one row a candidate, one column a module, in plain numbers. */
export interface PopulationTableData {
  readonly columns: readonly string[];
  readonly rows: readonly PopulationTableRow[];
}

export interface PopulationTableRow {
  readonly id: string;
  readonly state: string;
  /** From 1; null for the parent. */
  readonly stage: number | null;
  readonly fitness: number | null;
  readonly levels: readonly number[];
  readonly changed: ReadonlySet<number>;
}

const states = { measured: 'measured', training: 'training', measuring: 'being measured', waiting: 'waits', eliminated: 'out' } as const;

/** Levels are nominal: k of K. */
export function populationTable(view: PopulationView, paints: readonly ModulePaint[]): PopulationTableData {
  const levels = (genome: readonly number[]): number[] => genome.map((level, module) => paints[module]?.levels[level]?.nominal ?? level);
  const parent: PopulationTableRow = {
    id: view.parent.id,
    state: 'parent',
    stage: null,
    fitness: view.parentFitness,
    levels: levels(view.parent.genome),
    changed: new Set(),
  };
  const candidates = view.candidates.map((candidate) => ({
    id: candidate.id,
    state: candidate.dropped ? 'dropped' : (failedIn(candidate.failed, candidate.stage) ?? states[candidate.status]),
    stage: candidate.stage + 1,
    fitness: candidate.dropped ? null : (candidate.fitness.at(-1) ?? null),
    levels: levels(candidate.genome),
    changed: new Set(candidate.changed),
  }));
  return { columns: paints.map(moduleName), rows: [parent, ...candidates] };
}

/** Full precision, plain numbers; a missing value is empty. */
export function populationCsv({ columns, rows }: PopulationTableData): string {
  return csv([['candidate', 'state', 'stage', 'fitness', ...columns], ...rows.map((row) => [row.id, row.state, row.stage, row.fitness, ...row.levels])]);
}
