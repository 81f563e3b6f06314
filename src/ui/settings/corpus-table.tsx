import type { TokenSet } from '../../run/run-events.ts';
import { useRun } from '../../store/use-run.ts';
import { tokens } from '../format/format.ts';
import './corpus-table.css';

const uses: Readonly<Record<TokenSet['use'], string>> = {
  calibration: 'Calibration',
  fitness: 'Fitness',
  training: 'Training',
  validation: 'Validation',
  evaluation: 'Evaluation',
};

/** What the run reads: the sets that were cut from its texts. */
export function CorpusTable() {
  const corpus = useRun((run) => run.corpus);
  if (!corpus) return null;
  return (
    <div className="corpus">
      <table className="corpus-table figures">
        <caption className="visually-hidden">Tokens that this run reads</caption>
        <thead>
          <tr>
            <th scope="col">Set</th>
            <th scope="col">Tokens</th>
            <th scope="col">From</th>
          </tr>
        </thead>
        <tbody>
          {corpus.sets.map((set) => (
            <tr key={set.use}>
              <th scope="row">{uses[set.use]}</th>
              <td>{tokens(set.tokens)}</td>
              <td>{set.text}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="note tertiary">Sequences of {tokens(corpus.length)} tokens. The sets share nothing: no passage is in two of them.</p>
    </div>
  );
}
