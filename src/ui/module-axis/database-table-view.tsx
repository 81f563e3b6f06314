import { useMemo } from 'react';
import type { DatabaseState } from '../../store/run-state.ts';
import * as format from '../format/format.ts';
import { databaseTable } from './database-table.ts';

/** The level database as a real table. */
export function DatabaseTableView({ database, nominalLevels }: { readonly database: DatabaseState; readonly nominalLevels: number }) {
  const rows = useMemo(() => databaseTable(database, nominalLevels), [database, nominalLevels]);
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a region that scrolls has to be reachable by keyboard
    <div className="table-scroll" role="region" aria-label="Database table" tabIndex={0}>
      <table className="dense-table">
        <thead>
          <tr>
            {['Module', 'Levels', 'Structures', 'Kept at half', 'Parameters then', 'Error then'].map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ module, levels, structures, half, loss }) => (
            <tr key={module}>
              <th scope="row">{module}</th>
              <td>{format.count(levels)}</td>
              <td>{format.count(structures)}</td>
              <td>{format.count(half?.kept)}</td>
              <td>{format.parameters(half?.parameters)}</td>
              <td>{format.percent(loss)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
