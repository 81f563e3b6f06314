import { useMemo, useState } from 'react';
import type { StoredRun } from '../../store/runs/stored-run.ts';
import { joinClasses } from '../parts/join-classes.ts';
import { saveText } from '../parts/save-file.ts';
import { PinnedTable } from './pinned-table.tsx';
import { settingsCsv } from './runs-csv.ts';
import { settingRows, tellsApart, type SettingRow } from './setting-rows.ts';

/** Settings that the pinned runs do not share, and those that were changed on the way. */
export function Differences({ pinned }: { readonly pinned: readonly StoredRun[] }) {
  const [all, setAll] = useState(false);
  const rows = useMemo(() => settingRows(pinned), [pinned]);
  const apart = rows.filter(tellsApart);
  const shown = all ? rows : apart;
  return (
    <section className="differences" aria-labelledby="differences-title">
      <h2 id="differences-title">What differs</h2>
      {shown.length === 0 && <p className="small secondary">{pinned.length < 2 ? 'Nothing was changed while it ran.' : 'Nothing: these runs have the same settings.'}</p>}
      {shown.length > 0 && <SettingTable {...{ pinned, rows: shown }} />}
      <p className="note tertiary">
        {!all && 'Equal settings are hidden. '}
        <button type="button" className="link-button" onClick={() => setAll(!all)}>
          {all ? 'Hide equal settings' : `Show all ${rows.length}`}
        </button>{' '}
        <button
          type="button"
          className="link-button"
          aria-label="Settings as CSV"
          onClick={() => saveText('runs-settings.csv', 'text/csv', [settingsCsv(pinned.map(({ name }) => name), rows)])}
        >
          CSV
        </button>
      </p>
    </section>
  );
}

function SettingTable({ pinned, rows }: { readonly pinned: readonly StoredRun[]; readonly rows: readonly SettingRow[] }) {
  return (
    <PinnedTable label="Settings of the pinned runs" heads={['Setting']} pinned={pinned}>
      {rows.map(({ name, values, differs }) => (
        <tr key={name}>
          <th scope="row">{name}</th>
          {values.map((each, index) => (
            <td key={pinned[index]?.id} className={joinClasses(differs[index] && 'compare-differs', each.length > 1 && 'changed')}>
              {each.join(' → ')}
            </td>
          ))}
        </tr>
      ))}
    </PinnedTable>
  );
}
