import type { RunResult } from '../../run/run-result.ts';
import { modelName } from '../../sources/model-ref.ts';
import { useRun } from '../../store/use-run.ts';
import { count, kl, parameters, percent, perplexity, tokens } from '../format/format.ts';
import { Disclosure } from '../parts/disclosure.tsx';
import { CorpusTable } from '../settings/corpus-table.tsx';
import { leadSentence, verdict } from './lead-sentence.ts';
import './results-panel.css';

/** Before and after, from measured values only. */
export function ResultsPanel() {
  const result = useRun((run) => run.result);
  const model = useRun((run) => run.model);
  const strategy = useRun((run) => run.config?.search.strategy ?? 'evolution');
  if (!result) return null;
  return (
    <section className="results" aria-labelledby="results-title">
      <h2 id="results-title" className="results-lead">
        {leadSentence(model ? modelName(model.id) : 'The model', result)}
      </h2>
      <p className="results-verdict secondary">{verdict(result, strategy)}</p>
      <ResultsTable result={result} />
      <p className="note tertiary">
        Held out: {tokens(result.heldOut.tokens)} tokens that the search never saw. KL is against the dense model, in nats a predicted token. Measured on this
        device in float32.
        {result.tokens.trained > 0 && ` ${tokens(result.tokens.trained)} tokens were trained in all; uniform had no training.`}
      </p>
      <Disclosure className="results-texts" summary="What was read">
        <CorpusTable />
      </Disclosure>
    </section>
  );
}

function ResultsTable({ result }: { readonly result: RunResult }) {
  const { dense, uniform, winner } = result.heldOut;
  const { dense: before, pruned } = result.parameters;
  const uniformSize = useRun((run) => run.search?.uniform.size ?? null);
  const uniformTotal = uniformSize === null ? null : before.total - before.prunable + uniformSize;
  const rows: readonly (readonly [string, string, string, string])[] = [
    ['Parameters', parameters(before.total), parameters(uniformTotal), parameters(pruned.total)],
    ['in the layers', parameters(before.prunable), parameters(uniformSize), parameters(pruned.prunable)],
    ['Perplexity, held out', perplexity(dense.perplexity), perplexity(uniform.perplexity), perplexity(winner.perplexity)],
    ['KL to dense, nats', count(0), kl(uniform.kl), kl(winner.kl)],
    ['Top-token agreement', percent(1), percent(uniform.agreement), percent(winner.agreement)],
  ];
  return (
    <table className="results-table">
      <thead>
        <tr>
          <th scope="col">
            <span className="visually-hidden">Measure</span>
          </th>
          <th scope="col">Dense</th>
          <th scope="col">Uniform</th>
          <th scope="col" className="results-winner">
            Pruned
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([name, ...cells]) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>{cells[0]}</td>
            <td>{cells[1]}</td>
            <td className="results-winner">{cells[2]}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
