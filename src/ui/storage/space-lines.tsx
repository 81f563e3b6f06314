import { askToKeep } from '../../store/storage/keep-storage.ts';
import { useRuns } from '../../store/runs/runs-store.ts';
import { bytes } from '../format/format.ts';

/** How much is kept and may be, and whether the browser has promised to keep it. */
export function SpaceLines({ kept }: { readonly kept: number }) {
  const space = useRuns((runs) => runs.space);
  const persisted = useRuns((runs) => runs.persisted);
  return (
    <div className="storage-lines">
      <p>
        <strong className="figures">{bytes(kept)}</strong> are kept in this browser, for this page only.
        {space !== null && <span className="secondary"> It says that {bytes(Math.max(0, space.quota - space.usage))} more would fit; on a full disk it is less.</span>}
      </p>
      {persisted !== null && (
        <p className="secondary">
          {persisted ? 'The browser keeps them until you delete them.' : 'The browser may clear them by itself when the disk is full, or when you have not been here for long.'}{' '}
          {!persisted && (
            <button type="button" className="link-button" onClick={() => void askToKeep()}>
              Ask it to keep them
            </button>
          )}
        </p>
      )}
    </div>
  );
}
