import type { StoredRun } from '../../store/runs/stored-run.ts';
import { count } from '../format/format.ts';
import { fitnessFull } from '../module-axis/words.ts';
import { useGradual } from '../parts/use-gradual.ts';

/** Rows that are drawn at once: thousands would stop the page for a third of a second. */
const partRows = 200;

/** The same as the overlay: a row a generation, a column a run. */
export function CurveTable({ runs }: { readonly runs: readonly StoredRun[] }) {
  const longest = Math.max(0, ...runs.map(({ curve }) => curve.fitness.length));
  const parts = useGradual(Math.ceil((longest + 1) / partRows));
  return (
    // A region that scrolls has to be reachable by keyboard.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className="compare-table-scroll" role="region" aria-label="Fitness by generation" tabIndex={0}>
      <table className="compare-table figures">
        <thead>
          <tr>
            <th scope="col">Generation</th>
            {runs.map(({ id, name }) => (
              <th key={id} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {Array.from({ length: Math.min(longest + 1, parts * partRows) }, (_, generation) => (
            <tr key={generation}>
              <th scope="row">{count(generation)}</th>
              {runs.map(({ id, curve, config }) => (
                <td key={id}>{fitnessFull(config.search.fitness, (generation === 0 ? curve.start : curve.fitness[generation - 1]) ?? null)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
