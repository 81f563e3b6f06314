import { useStoredRun } from '../../store/use-controls.ts';
import { missing } from '../format/format.ts';
import { Term } from '../glossary/term.tsx';
import { joinClasses } from '../parts/join-classes.ts';
import { resultRows, type ResultColumn } from './result-columns.ts';

/** Broken where it has a comma. */
const inLines = (title: string): string => title.replace(', ', ',\n');

/** The models side by side; the last is the result. */
export function ResultsTable({ columns }: { readonly columns: readonly ResultColumn[] }) {
  const last = columns.length - 1;
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a region that scrolls has to be reachable by keyboard
    <div className="results-scroll" role="region" aria-label="Table of results" tabIndex={0}>
      <table className="results-table" style={{ minWidth: 100 + 84 * columns.length }}>
        <thead>
          <tr>
            <th scope="col">
              <span className="visually-hidden">Measure</span>
            </th>
            {columns.map(({ key, title, quality }, index) => (
              <th key={key} scope="col" className={index === last ? 'results-winner' : undefined}>
                {key === 'uniform' || key === 'random' ? <Term of={key}>{inLines(title)}</Term> : inLines(title)}
                {key === 'random' && quality === null && <RunIt />}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {resultRows(columns).map(({ name, cells }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {columns.map(({ key }, index) => (
                <td key={key} className={joinClasses(key === 'searched' && 'results-searched', index === last && 'results-winner', cells[index] === missing && 'results-missing')}>
                  {cells[index]}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** From the empty column to the control that fills it, where this run can have one. */
function RunIt() {
  const run = useStoredRun();
  if (!run) return null;
  const show = (): void => document.getElementById(`controls-${run.id}`)?.closest('section')?.querySelector('button')?.focus();
  return (
    <button type="button" className="link-button results-run-it" onClick={show}>
      Not run yet
    </button>
  );
}
