import { modelName } from '../../sources/model-ref.ts';
import type { SearchState } from '../../store/run-state.ts';
import { useRun } from '../../store/use-run.ts';
import { count } from '../format/format.ts';
import { soFarColumns, soFarRows, soFarSentence, stillToCome } from './so-far.ts';
import './results-panel.css';

/** What a run that goes on has come to, and what it has still to do. */
export function SoFarPanel({ search }: { readonly search: SearchState }) {
  const model = useRun((run) => run.model);
  const config = useRun((run) => run.config);
  const columns = soFarColumns({ model, search });
  const last = columns.length - 1;
  return (
    <section className="results" aria-labelledby="results-title">
      <h2 id="results-title" className="results-lead">
        {soFarSentence(model ? modelName(model.id) : 'the model', { model, config, search })}
      </h2>
      <StillToCome />
      <table className="results-table">
        <thead>
          <tr>
            <th scope="col">
              <span className="visually-hidden">Measure</span>
            </th>
            {columns.map(({ title }, index) => (
              <th key={title} scope="col" className={index === last ? 'results-winner' : undefined}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {soFarRows(columns, config?.search.fitness ?? 'kl').map(({ name, cells }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {columns.map(({ title }, index) => (
                <td key={title} className={index === last ? 'results-winner' : undefined}>
                  {cells[index]}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <p className="note tertiary">
        {search.history.length > 0 && `The parent was measured last in generation ${count(search.history.length)}, uniform in the first. `}
        Fitness is measured on new text in every generation: small differences say little. These are no results yet.
      </p>
    </section>
  );
}

function StillToCome() {
  const phases = useRun((run) => run.phases);
  const search = useRun((run) => run.search);
  const failed = useRun((run) => run.failure !== null);
  const left = stillToCome({ phases, search });
  if (failed) return <p className="results-verdict secondary">The run has failed; this is what it had come to.</p>;
  return left.length > 0 && <p className="results-verdict secondary">Still to come: {left.join('; ')}.</p>;
}
