import { useMemo } from 'react';
import type { StoredRun } from '../../store/runs/stored-run.ts';
import { saveText } from '../parts/save-file.ts';
import { resultRows } from './result-rows.ts';
import { lookOf } from './run-look.ts';
import { RunSwatch } from './run-swatch.tsx';
import { resultsCsv } from './runs-csv.ts';

/** What came out of the pinned runs, measured on text that no search saw. */
export function ResultsTable({ pinned }: { readonly pinned: readonly StoredRun[] }) {
  const rows = useMemo(() => resultRows(pinned), [pinned]);
  const dense = rows.some(({ values }) => values[0] !== null);
  return (
    <section className="compare-results" aria-labelledby="compare-results-title">
      <div className="compare-head">
        <h2 id="compare-results-title">Results</h2>
        <span className="runs-space" />
        <button type="button" className="link-button" aria-label="Results as CSV" onClick={() => saveText('runs-results.csv', 'text/csv', [resultsCsv(pinned.map(({ name }) => name), rows)])}>
          CSV
        </button>
      </div>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls has to be reachable by keyboard */}
      <div className="compare-table-scroll" role="region" aria-label="Results of the pinned runs" tabIndex={0}>
        <table className="compare-table figures">
          <thead>
            <tr>
              <th scope="col">Measure</th>
              {dense && <th scope="col">Dense</th>}
              {pinned.map(({ id, name }, index) => (
                <th key={id} scope="col">
                  <RunSwatch look={lookOf(index)} width={14} />
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ name, values, format }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                {(dense ? values : values.slice(1)).map((value, index) => (
                  // oxlint-disable-next-line react/no-array-index-key -- columns stay where they are
                  <td key={index}>{format(value)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="note tertiary">Held out: tokens that no search saw. Speeds were measured on the device of each run; missing values were not measured.</p>
    </section>
  );
}
