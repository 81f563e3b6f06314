import type { GenerationRecord } from '../../store/run-state.ts';
import * as format from '../format/format.ts';
import { fitnessFull, fitnessName, type Fitness } from '../module-axis/words.ts';

interface Props {
  readonly history: readonly GenerationRecord[];
  readonly fitness: Fitness;
}

/** The curve's numbers as a real table, newest first. */
export function FitnessTable({ history, fitness }: Props) {
  const stages = history.reduce((most, record) => Math.max(most, record.stageBest.length), 0);
  const earlier = Array.from({ length: Math.max(0, stages - 1) }, (_, stage) => stage);
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a region that scrolls has to be reachable by keyboard
    <div className="fitness-table" role="region" aria-label="Fitness table" tabIndex={0}>
      <table>
        <thead>
          <tr>
            {['Generation', 'Parent', fitnessName(fitness), ...earlier.map((stage) => `Best of stage ${stage + 1}`)].map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {history.toReversed().map((record) => (
            <tr key={record.generation}>
              <th scope="row">{format.count(record.generation)}</th>
              <td>{record.parent.id}</td>
              <td>{fitnessFull(fitness, record.fitness)}</td>
              {earlier.map((stage) => (
                <td key={stage}>{fitnessFull(fitness, record.stageBest[stage] ?? null)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
