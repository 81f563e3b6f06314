import { useState } from 'react';
import type { RunCurve } from '../../store/runs/stored-run.ts';
import type { GenerationRecord } from '../../store/run-state.ts';
import * as format from '../format/format.ts';
import { fitnessFull, fitnessName, type Fitness } from '../module-axis/words.ts';
import { useShown } from './use-shown.ts';

interface Props {
  readonly history: readonly GenerationRecord[];
  readonly random: RunCurve | null;
  readonly fitness: Fitness;
}

/** Rows at first, and with every "more": a table of thousands takes seconds to lay out. */
const page = 100;

/** The curve's numbers as a real table, newest first. */
export function FitnessTable({ history, random, fitness }: Props) {
  const [rows, setRows] = useState(page);
  const shown = useShown(history.length);
  const stages = history.reduce((most, record) => Math.max(most, record.stageBest.length), 0);
  const earlier = Array.from({ length: Math.max(0, stages - 1) }, (_, stage) => stage);
  const columns = ['Generation', 'Parent', fitnessName(fitness), ...earlier.map((stage) => `Best of stage ${stage + 1}`), ...(random ? ['Random search'] : [])];
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a region that scrolls has to be reachable by keyboard
    <div className="fitness-table" role="region" aria-label="Fitness table" tabIndex={0}>
      <table>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {history.slice(Math.max(0, shown - rows), shown).toReversed().map((record) => (
            <tr key={record.generation}>
              <th scope="row">{format.count(record.generation)}</th>
              <td>{record.parent.id}</td>
              <td>{fitnessFull(fitness, record.fitness)}</td>
              {earlier.map((stage) => (
                <td key={stage}>{fitnessFull(fitness, record.stageBest[stage] ?? null)}</td>
              ))}
              {random && <td>{fitnessFull(fitness, random.fitness[record.generation - 1] ?? null)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
      {shown > rows && (
        <button type="button" className="link-button" onClick={() => setRows(rows + page)}>
          {format.count(shown - rows)} earlier, show more
        </button>
      )}
    </div>
  );
}
