import { useEngine } from '../../store/run-store.ts';
import { useIsLive, useRun } from '../../store/use-run.ts';
import { useCommands } from '../shell/engine-context.ts';
import '../settings/settings-rail.css';

/** The candidate that the next generation will begin with, with a way back. */
export function PendingParent() {
  const commands = useCommands();
  const live = useIsLive();
  const id = useEngine((engine) => engine.pendingParent);
  const generation = useRun((run) => run.search?.generation ?? 0);
  if (id === null || !live) return null;
  return (
    <div className="pending" role="status">
      <div className="pending-head">
        <strong className="changed">Parent → {id}</strong>
        <button type="button" className="link-button changed" onClick={() => commands.unadopt()}>
          Undo
        </button>
      </div>
      from generation {generation + 1} · no change in cost
    </div>
  );
}
