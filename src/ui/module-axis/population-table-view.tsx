import { useMemo } from 'react';
import type { ModulePaint } from '../levels/module-paint.ts';
import * as format from '../format/format.ts';
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
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a region that scrolls has to be reachable by keyboard
    <div className="table-scroll" role="region" aria-label="Population table" tabIndex={0}>
      <table className="dense-table">
        <thead>
          <tr>
            {['Candidate', 'State', 'Stage', fitnessName(fitness), ...columns].map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              <th scope="row">{row.id}</th>
              <td>{row.state}</td>
              <td>{format.count(row.stage)}</td>
              <td>{fitnessFull(fitness, row.fitness)}</td>
              {row.levels.map((level, module) => (
                <td key={columns[module]} className={row.changed.has(module) ? 'changed strong' : undefined}>
                  {level}
                  {row.changed.has(module) && <span className="visually-hidden"> changed</span>}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
