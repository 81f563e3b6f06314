import { useMemo } from 'react';
import { modelName } from '../../sources/model-ref.ts';
import type { SearchState } from '../../store/run-state.ts';
import { useRun } from '../../store/use-run.ts';
import * as format from '../format/format.ts';
import type { ModulePaint } from '../levels/module-paint.ts';
import { saveText } from '../parts/save-file.ts';
import { chartFile } from '../pictures/picture-name.ts';
import { historyCsv, historyTable } from './history-table.ts';
import { LevelTable } from './level-table.tsx';
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
      <LevelTable
        label="History table"
        heads={['Generation', 'Parent', fitnessName(fitness)]}
        modules={columns}
        rows={rows.toReversed().map(({ generation, parent, fitness: value, levels, changed }) => ({ name: format.count(generation), cells: [parent, fitnessFull(fitness, value)], levels, changed }))}
      />
    </>
  );
}
