import { useMemo } from 'react';
import { modelName } from '../../sources/model-ref.ts';
import type { SearchState } from '../../store/run-state.ts';
import { useRun } from '../../store/use-run.ts';
import * as format from '../format/format.ts';
import type { ModulePaint } from '../levels/module-paint.ts';
import { saveText } from '../parts/save-file.ts';
import { chartFile } from '../pictures/picture-name.ts';
import { historyCsv, historyTable } from './history-table.ts';
import { fitnessFull, fitnessName, type Fitness } from './words.ts';

interface Props {
  readonly search: SearchState;
  readonly paints: readonly ModulePaint[];
  readonly fitness: Fitness;
}

/** The history as a real table, newest first; levels that changed in a generation are marked. */
export function HistoryTableView({ search: { history, uniform }, paints, fitness }: Props) {
  const model = useRun((run) => run.model?.id ?? null);
  const table = useMemo(() => historyTable(history, uniform.genome, paints), [history, uniform, paints]);
  const { columns, rows } = table;
  return (
    <>
      <div className="table-head">
        <h3>History</h3>
        <button type="button" className="link-button" onClick={() => saveText(chartFile('history', model && modelName(model), 'csv'), 'text/csv', [historyCsv(table)])}>
          CSV of the history
        </button>
      </div>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a region that scrolls has to be reachable by keyboard */}
      <div className="table-scroll" role="region" aria-label="History table" tabIndex={0}>
        <table className="dense-table">
          <thead>
            <tr>
              {['Generation', 'Parent', fitnessName(fitness), ...columns].map((column) => (
                <th key={column} scope="col">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.toReversed().map((row) => (
              <tr key={row.generation}>
                <th scope="row">{format.count(row.generation)}</th>
                <td>{row.parent}</td>
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
    </>
  );
}
