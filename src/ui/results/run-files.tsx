import { levelList } from '../../export/folder/level-list.ts';
import { parseAddress } from '../../sources/model-ref.ts';
import { linkTo } from '../../store/link.ts';
import { useOpenedPlayback, useWatchedRun } from '../../store/playback-store.ts';
import { loadRuns } from '../../store/runs/load-runs.ts';
import { useRun } from '../../store/use-run.ts';
import { Button } from '../parts/button.tsx';
import { useCopied } from '../parts/copy-button.tsx';
import { saveBlob, saveText } from '../parts/save-file.ts';
import { useCommands } from '../shell/engine-context.ts';

/** Whoever passes the pruned model on has to keep the licence of the one that it was cut from. */
export function BaseModel() {
  const model = useRun((run) => run.model);
  if (!model) return null;
  const { name, licence, card, revision } = model.about;
  const address = card === null ? null : parseAddress(card);
  return (
    <p className="note tertiary export-base">
      Base model {name}
      {revision !== null && `, revision ${revision.slice(0, 7)}`}. Licence of the base model: {licence ?? 'not told'}
      {licence !== null && '; keep it with the file'}.{' '}
      {address && (
        <a href={address.href} target="_blank" rel="noreferrer">
          Model card
        </a>
      )}
    </p>
  );
}

const json = 'application/json';
const pretty = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** Every event of the run that is shown, a line each; of one that is watched, those that its tab has stored. */
function useEventLines(): () => Promise<BlobPart[]> {
  const { archive } = useCommands();
  const playback = useOpenedPlayback();
  const watched = useWatchedRun();
  return async () => {
    if (watched) return [await (await loadRuns()).log(watched.id)];
    return playback?.recording.events.map((event) => `${JSON.stringify(event)}\n`) ?? [...archive.lines()];
  };
}

/** The run's own files; those of a run that failed too. */
export function RunFiles() {
  const lines = useEventLines();
  const config = useRun((run) => run.config);
  const result = useRun((run) => run.result);
  const changed = useRun((run) => (run.search?.changes.length ?? 0) > 0);
  const [said, copy] = useCopied();
  return (
    <div className="export-part export-run">
      <h3>The run itself</h3>
      <div className="export-row">
        <Button disabled={!config} onClick={() => copy(linkTo(config))}>
          {said ?? 'Copy link to settings'}
        </Button>
        <Button disabled={!config} onClick={() => saveText('run.json', json, [pretty(config)])}>
          Save run.json
        </Button>
        <Button disabled={!result} onClick={() => saveText('result.json', json, [pretty(result)])}>
          Save result.json
        </Button>
        <Button onClick={() => void lines().then((parts) => saveBlob('events.jsonl', new Blob(parts, { type: 'application/jsonl' })))}>Save events.jsonl</Button>
        <Button disabled={!result} onClick={() => result && saveText('levels.txt', 'text/plain', [levelList(result.modules)])}>
          Save levels.txt
        </Button>
      </div>
      <span className="visually-hidden" role="status">
        {said}
      </span>
      <p className="note tertiary">
        The link and run.json repeat this run here, run.json headless too; result.json holds the shape and the measurements; events.jsonl is all that happened; levels.txt
        is the winner as the reference implementation reads it.
        {changed && ' Settings that you changed on the way are in events.jsonl only.'}
      </p>
    </div>
  );
}
