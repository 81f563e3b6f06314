import { useRuns } from '../../store/runs/runs-store.ts';
import type { StoredRun } from '../../store/runs/stored-run.ts';
import { bytes } from '../format/format.ts';
import { plural } from '../module-axis/words.ts';
import { openSheet } from '../shell/open-sheet.ts';

/** What the runs take, what is left, and whether the browser keeps it. */
export function StorageLine({ runs }: { readonly runs: readonly StoredRun[] }) {
  const space = useRuns((state) => state.space);
  const persisted = useRuns((state) => state.persisted);
  const problem = useRuns((state) => state.problem);
  const unread = useRuns((state) => state.unread);
  const size = runs.reduce((sum, run) => sum + run.bytes, 0);
  return (
    <p className="note tertiary">
      {runs.length > 0 && `${plural(runs.length, 'run')}, ${bytes(size)}${problem === null ? ', stored in this browser only' : ''}. `}
      {unread > 0 && `${plural(unread, 'stored run')} cannot be read by this version of the page and ${unread === 1 ? 'is' : 'are'} left out. `}
      {space !== null && `${bytes(Math.max(0, space.quota - space.usage))} of its storage are left. `}
      {persisted === false && problem === null && 'The browser may clear them when the disk is full: save what matters. '}
      {problem !== null && <span className="secondary">{problem.what} {problem.means} </span>}
      <button type="button" className="link-button" onClick={() => openSheet('storage')}>
        Storage…
      </button>
    </p>
  );
}
