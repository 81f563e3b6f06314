import { droppedAfter } from '../format/dropped-words.ts';
import { kl, tokens } from '../format/format.ts';
import { fitnessFull, fitnessName, type Fitness } from '../module-axis/words.ts';
import { Term } from '../glossary/term.tsx';
import { Panel } from '../parts/panel.tsx';
import type { StageRow } from './stage-rows.ts';

interface Props {
  readonly rows: readonly StageRow[];
  readonly fitness: Fitness;
}

/** "Training loss, first to last step: 3.213 → 3.052 in stage 2." Each step sees a batch of its own. */
function lossWords(rows: readonly StageRow[]): string | null {
  const trained = rows.flatMap(({ stage, loss }) => (loss ? [`${loss[0] === loss[1] ? kl(loss[0]) : `${kl(loss[0])} → ${kl(loss[1])}`} in stage ${stage + 1}`] : []));
  return trained.length === 0 ? null : `Training loss at the first and the last step, each on its own batch: ${trained.join(', ')}.`;
}

const rankWords = ({ rank, of, open, dropped, failed }: StageRow): string => (dropped ? `dropped ${droppedAfter(dropped)}` : failed !== null ? failed : rank === null ? '–' : `${rank} of ${of}${open ? ' so far' : ''}`);

/** What each stage trained and tested a candidate on, and how it stood there. */
export function StageSection({ rows, fitness }: Props) {
  const losses = lossWords(rows);
  return (
    <Panel title="Stage by stage">
      <table className="candidate-table figures">
        <thead>
          <tr>
            <th scope="col">
              <Term of="stage">Stage</Term>
            </th>
            <th scope="col">Trained on</th>
            <th scope="col">Tested on</th>
            <th scope="col" title="After its fine-tuning. Values of different stages are measured on different texts and cannot be compared.">
              <Term of={fitness}>{fitnessName(fitness)}</Term>
            </th>
            <th scope="col" title="What the last that went on had">
              Cut at
            </th>
            <th scope="col">Rank</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.stage} className={row.fitness === null ? 'tertiary' : undefined}>
              <th scope="row">{row.stage + 1}</th>
              <td>{row.trainedOn === 0 ? 'no training' : tokens(row.trainedOn)}</td>
              <td>{tokens(row.testedOn)}</td>
              <td className="strong">{fitnessFull(fitness, row.failed === null ? row.fitness : null)}</td>
              <td>{row.open && row.fitness !== null ? 'open' : fitnessFull(fitness, row.fitness === null ? null : row.cut)}</td>
              <td>{rankWords(row)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {losses && <p className="note tertiary">{losses}</p>}
    </Panel>
  );
}
