import { useMemo } from 'react';
import type { StoredRun } from '../../store/runs/stored-run.ts';
import { saveText } from '../parts/save-file.ts';
import { PinnedTable } from './pinned-table.tsx';
import { resultRows } from './result-rows.ts';
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
      <PinnedTable label="Results of the pinned runs" heads={dense ? ['Measure', 'Dense'] : ['Measure']} pinned={pinned}>
        {rows.map(({ name, values, format }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            {(dense ? values : values.slice(1)).map((value, index) => (
              // oxlint-disable-next-line react/no-array-index-key -- columns stay where they are
              <td key={index}>{format(value)}</td>
            ))}
          </tr>
        ))}
      </PinnedTable>
      <p className="note tertiary">Held out: tokens that no search saw. Speeds were measured on the device of each run; missing values were not measured.</p>
    </section>
  );
}
