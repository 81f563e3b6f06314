import { loadRuns } from '../../store/runs/load-runs.ts';
import { useRuns } from '../../store/runs/runs-store.ts';
import { Button } from '../parts/button.tsx';

/** The run that was deleted last can be brought back for ten seconds. */
export function UndoBar() {
  const [last] = useRuns((runs) => runs.deleted);
  return (
    <div className="undo-place" role="status">
      {last && (
        <div className="undo-bar">
          <span>{last.name} is deleted.</span>
          <Button onClick={() => void loadRuns().then((library) => library.restore(last.id))}>Undo</Button>
        </div>
      )}
    </div>
  );
}
