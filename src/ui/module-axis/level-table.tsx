import type { ReactNode } from 'react';

export interface LevelRow {
  /** The first cell, which names the row, and the cells between it and the levels. */
  readonly name: string;
  readonly cells: readonly ReactNode[];
  readonly levels: readonly ReactNode[];
  /** Modules whose level is another than before. */
  readonly changed: ReadonlySet<number>;
}

interface Props {
  readonly label: string;
  /** Heads of name and cells, then one for each module. */
  readonly heads: readonly string[];
  readonly modules: readonly string[];
  readonly rows: readonly LevelRow[];
}

/** A real table of levels, one column a module; changed ones are marked. */
export function LevelTable({ label, heads, modules, rows }: Props) {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a region that scrolls has to be reachable by keyboard
    <div className="table-scroll" role="region" aria-label={label} tabIndex={0}>
      <table className="dense-table">
        <thead>
          <tr>
            {[...heads, ...modules].map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, cells, levels, changed }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {cells.map((cell, index) => (
                <td key={heads[index + 1]}>{cell}</td>
              ))}
              {levels.map((level, module) => (
                <td key={modules[module]} className={changed.has(module) ? 'changed strong' : undefined}>
                  {level}
                  {changed.has(module) && <span className="visually-hidden"> changed</span>}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
