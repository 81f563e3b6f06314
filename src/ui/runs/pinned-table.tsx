import type { ReactNode } from 'react';
import type { StoredRun } from '../../store/runs/stored-run.ts';
import { lookOf } from './run-look.ts';
import { RunSwatch } from './run-swatch.tsx';

interface Props {
  readonly label: string;
  /** What a row is, then columns before those of the runs. */
  readonly heads: readonly string[];
  readonly pinned: readonly Pick<StoredRun, 'id' | 'name'>[];
  /** Rows. */
  readonly children: ReactNode;
}

/** A table with a column for each pinned run, headed by its line. */
export function PinnedTable({ label, heads, pinned, children }: Props) {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls has to be reachable by keyboard
    <div className="compare-table-scroll" role="region" aria-label={label} tabIndex={0}>
      <table className="compare-table figures">
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
            {pinned.map(({ id, name }, index) => (
              <th key={id} scope="col">
                <RunSwatch look={lookOf(index)} width={14} />
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}
