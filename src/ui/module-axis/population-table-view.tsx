import { useMemo } from 'react';
import type { ModulePaint } from '../levels/module-paint.ts';
import * as format from '../format/format.ts';
import { LevelTable } from './level-table.tsx';
import { populationTable } from './population-table.ts';
import type { PopulationView } from './population-view.ts';
import { fitnessFull, fitnessName, type Fitness } from './words.ts';

interface Props {
  readonly view: PopulationView;
  readonly paints: readonly ModulePaint[];
  readonly fitness: Fitness;
}

/** The population as a real table; levels that differ from the parent are marked. */
export function PopulationTableView({ view, paints, fitness }: Props) {
  const { columns, rows } = useMemo(() => populationTable(view, paints), [view, paints]);
  return (
    <LevelTable
      label="Population table"
      heads={['Candidate', 'State', 'Stage', fitnessName(fitness)]}
      modules={columns}
      rows={rows.map(({ id, state, stage, fitness: value, levels, changed }) => ({ name: id, cells: [state, format.count(stage), fitnessFull(fitness, value)], levels, changed }))}
    />
  );
}
