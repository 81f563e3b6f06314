import { describe, expect, it } from 'vitest';
import { initialRunState } from '../../store/initial-run-state.ts';
import { reduceRun } from '../../store/reduce-run.ts';
import { eventsToSearch } from '../../store/run.fixture.ts';
import { modulePaint } from '../levels/module-paint.ts';
import { historyCsv, historyTable } from './history-table.ts';

const { search, database } = reduceRun(initialRunState, eventsToSearch);
if (!search) throw new Error('the run of the fixture searches');
const paints = database.modules.flatMap((summary) => (summary ? [modulePaint(summary, 2)] : []));
const table = historyTable(search.history, search.uniform.genome, paints);

describe('the history as a table', () => {
  it('has a row for each generation, with what changed in it', () => {
    expect(table.columns).toEqual(['Attention 1', 'MLP 1', 'Attention 2', 'MLP 2']);
    expect(table.rows).toEqual([{ generation: 1, parent: '1.02', fitness: 0.6, levels: [0, 2, 1, 1], changed: new Set([0, 1]) }]);
  });

  it('is saved as plain numbers', () => {
    expect(historyCsv(table)).toBe('generation,parent,fitness,Attention 1,MLP 1,Attention 2,MLP 2\n1,1.02,0.6,0,2,1,1');
    const broken = historyTable(search.history.map((record) => ({ ...record, fitness: Number.POSITIVE_INFINITY })), search.uniform.genome, paints);
    expect(historyCsv(broken).split('\n')[1]).toBe('1,1.02,,0,2,1,1');
  });
});
