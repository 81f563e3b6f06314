import { describe, expect, it } from 'vitest';
import { initialRunState } from '../../store/initial-run-state.ts';
import { reduceRun } from '../../store/reduce-run.ts';
import { eventsToSearch } from '../../store/run.fixture.ts';
import { databaseCsv, databaseTable } from './database-table.ts';

const { database } = reduceRun(initialRunState, eventsToSearch);

describe('the level database as a table', () => {
  it('has a row for each module', () => {
    const rows = databaseTable(database, 2);
    expect(rows.map(({ module }) => module)).toEqual(['Attention 1', 'MLP 1', 'Attention 2', 'MLP 2']);
    expect(rows[0]).toEqual({ module: 'Attention 1', levels: 3, structures: 4, half: { kept: 2, parameters: 200 }, loss: 0.5 });
  });

  it('knows nothing of a module before it is cut', () => {
    const started = { ...database, modules: [database.modules[0] ?? null, null] };
    expect(databaseTable(started, 2)[1]).toEqual({ module: 'MLP 1', levels: null, structures: null, half: null, loss: null });
    expect(databaseCsv(started).split('\n')).toEqual(['layer,kind,level,kept,of,parameters,loss', '1,attention,0,4,4,400,0', '1,attention,1,2,4,200,2', '1,attention,2,0,4,0,4']);
  });
});
