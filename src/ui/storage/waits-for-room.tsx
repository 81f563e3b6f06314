import { modelName } from '../../sources/model-ref.ts';
import { useCheckpoints } from '../../store/checkpoint-store.ts';
import { useModels } from '../../store/model-store.ts';
import { useRuns } from '../../store/runs/runs-store.ts';
import { useStored } from '../../store/storage/storage-store.ts';
import { Button } from '../parts/button.tsx';
import { useCommands } from '../shell/engine-context.ts';

/** What had no room: a download can be gone on with from here; a run's record and its checkpoint go on by themselves. */
export function WaitsForRoom() {
  const commands = useCommands();
  const downloads = useModels((models) => models.downloads);
  const record = useRuns(({ problem }) => problem?.action === 'make-room');
  const checkpoint = useCheckpoints(({ saved }) => saved?.problem?.action === 'make-room');
  const freed = useStored((stored) => stored.freed > 0);
  const stopped = [...downloads].flatMap(([model, download]) => (download.status === 'stopped' && download.explanation?.action === 'make-room' ? [model] : []));
  return (
    <>
      {stopped.map((model) => (
        <Button key={model} look={freed ? 'primary' : 'plain'} onClick={() => commands.models.download(model)}>
          Resume the download of {modelName(model)}
        </Button>
      ))}
      {(record || checkpoint) && <span className="small secondary">{freed ? 'The run is stored again with what comes next.' : 'The run under way is stored again by itself once there is room.'}</span>}
    </>
  );
}
