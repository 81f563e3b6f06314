import { figureValue } from '../../bench/describe-figure.ts';
import { benchMarkdown, benchRows, deviceFacts, type BrowserFacts } from '../../store/bench/bench-report.ts';
import type { BenchState, GroupState } from '../../store/bench/bench-state.ts';
import { CopyButton } from '../parts/copy-button.tsx';
import { csv } from '../parts/csv.ts';
import { Facts } from '../parts/facts.tsx';
import { saveText } from '../parts/save-file.ts';
import { groupWords } from './bench-words.ts';

/** The device, the figures so far, and ways to take them along. */
export function BenchResults({ bench, browser }: { readonly bench: BenchState; readonly browser: BrowserFacts }) {
  const shown = bench.groups.filter(({ figures, failure }) => figures.length > 0 || failure !== null);
  return (
    <section className="bench-results" aria-labelledby="bench-results-title">
      <div className="bench-results-head">
        <h2 id="bench-results-title">Results</h2>
        <span className="bench-tools">
          <CopyButton text={benchMarkdown(bench, browser)} label="Copy results as Markdown" words="Copy as Markdown" />
          <CopyButton text={csv(benchRows(bench))} label="Copy results as CSV" words="Copy as CSV" />
          <button type="button" className="link-button" onClick={() => saveText('benchmark.csv', 'text/csv', [csv(benchRows(bench))])}>
            Save CSV
          </button>
        </span>
      </div>
      <Facts facts={deviceFacts(bench, browser)} />
      {shown.length > 0 && <FiguresTable groups={shown} />}
    </section>
  );
}

function FiguresTable({ groups }: { readonly groups: readonly GroupState[] }) {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a region that scrolls has to be reachable by keyboard
    <div className="bench-scroll" role="region" aria-label="Table of results" tabIndex={0}>
      <table className="bench-table">
        <thead>
          <tr>
            <th scope="col">What</th>
            <th scope="col">Median (quartiles)</th>
            <th scope="col">Note</th>
          </tr>
        </thead>
        {groups.map((group) => (
          <GroupRows key={group.group} group={group} />
        ))}
      </table>
    </div>
  );
}

function GroupRows({ group: { group, figures, failure } }: { readonly group: GroupState }) {
  return (
    <tbody>
      <tr>
        <th scope="rowgroup" colSpan={3} className="bench-group">
          {groupWords[group].title}
        </th>
      </tr>
      {figures.map((figure) => (
        <tr key={figure.name}>
          <th scope="row">{figure.name}</th>
          <td className="figures">{figureValue(figure)}</td>
          <td className="bench-figure-note">{figure.note}</td>
        </tr>
      ))}
      {failure !== null && (
        <tr>
          <td colSpan={3} className="bench-failure">
            <strong>{failure.what}</strong> {failure.means} {failure.remedy}
          </td>
        </tr>
      )}
    </tbody>
  );
}
