import { Download } from 'lucide-react';
import { useState } from 'react';
import type { Explanation } from '../../base/explained-error.ts';
import type { ModelInspection } from '../../model/inspect-model.ts';
import { modelName } from '../../sources/model-ref.ts';
import { fileBytes, useModels } from '../../store/model-store.ts';
import { useEngine } from '../../store/run-store.ts';
import { editDraft, useSettings } from '../../store/settings-store.ts';
import type { DownloadState, StoredModel } from '../../worker/protocol.ts';
import { bytes, bytesOf, percent, roughly } from '../format/format.ts';
import { Button } from '../parts/button.tsx';
import { ProgressBar } from '../parts/progress-bar.tsx';
import { StateMark } from '../parts/state-mark.tsx';
import { useCommands } from '../shell/engine-context.ts';
import { isActive } from '../shell/run-activity.ts';
import { MakeRoom } from '../storage/make-room.tsx';
import { AskOnce } from './ask-once.tsx';

interface Props {
  readonly model: string;
  readonly inspection: ModelInspection;
  readonly onUsed: () => void;
}

/** Use it, fetch it, or go on fetching it. */
export function ModelAction({ model, inspection, onUsed }: Props) {
  const download = useModels((models) => models.downloads.get(model));
  const stored = useModels((models) => models.stored?.models.find((other) => other.model === model));
  return (
    <div className="model-action">
      {inspection.here ? (
        <UseModel model={model} onUsed={onUsed} />
      ) : download?.status === 'running' ? (
        <Running model={model} download={download} />
      ) : (
        <NotHere model={model} inspection={inspection} stopped={stoppedAt(download, stored)} />
      )}
    </div>
  );
}

interface Stopped {
  readonly done: number;
  readonly total: number;
  readonly explanation: Explanation | null;
}

/** A download that ended half-way, in this session or one before. */
function stoppedAt(download: DownloadState | undefined, stored: StoredModel | undefined): Stopped | null {
  if (download?.status === 'stopped') return download.done > 0 || download.explanation ? download : null;
  return stored && !stored.complete && stored.bytes > 0 ? { done: stored.bytes, total: stored.total, explanation: null } : null;
}

function UseModel({ model, onUsed }: Omit<Props, 'inspection'>) {
  const chosen = useSettings((settings) => settings.draft.model === model);
  const active = useEngine((engine) => isActive(engine.status));
  const take = () => {
    editDraft((draft) => ({ ...draft, model }));
    onUsed();
  };
  return (
    <>
      <Button look="primary" className="model-primary" disabled={active} onClick={take}>
        Use this model
      </Button>
      <p className="note tertiary">{active ? 'A run keeps its model: end it first, or let it finish.' : chosen ? 'It is the model of the next run already.' : 'Nothing starts yet.'}</p>
    </>
  );
}

function Running({ model, download }: { readonly model: string; readonly download: Extract<DownloadState, { status: 'running' }> }) {
  const commands = useCommands();
  const { done, total, bytesPerSecond, secondsLeft, file } = download;
  const share = total > 0 ? Math.min(1, done / total) : 0;
  return (
    <div className="download">
      <ProgressBar label={`Download of ${modelName(model)}`} share={share} />
      <p className="small secondary figures">
        Downloading {bytesOf(done, total)}
        {bytesPerSecond !== null && `, ${bytes(bytesPerSecond)}/s`}
        {secondsLeft !== null && `, ${roughly(secondsLeft)} left`}.
      </p>
      <p className="note tertiary download-file">{file || 'It goes on while this sheet is closed.'}</p>
      <Button onClick={() => commands.models.cancelDownload(model)}>Cancel</Button>
    </div>
  );
}

function NotHere({ model, inspection, stopped }: { readonly model: string; readonly inspection: ModelInspection; readonly stopped: Stopped | null }) {
  const commands = useCommands();
  const fetch = () => commands.models.download(model);
  if (stopped) return <StoppedDownload model={model} stopped={stopped} onResume={fetch} />;
  const { licence } = inspection.about;
  return (
    <>
      <Button look="primary" className="model-primary" onClick={fetch}>
        <Download size={15} aria-hidden />
        Download {bytes(fileBytes(inspection))}
      </Button>
      <p className="note tertiary">{licence === null ? 'Its licence is not told: see where it comes from.' : `Under ${licence}.`} It is kept in this browser, so a later run needs no download.</p>
    </>
  );
}

function StoppedDownload({ model, stopped, onResume }: { readonly model: string; readonly stopped: Stopped; readonly onResume: () => void }) {
  const commands = useCommands();
  const [asking, setAsking] = useState(false);
  const { done, total, explanation } = stopped;
  if (asking) {
    const discard = () => commands.models.deleteStored(model);
    return <AskOnce question={`Delete the ${bytes(done)} that are here? This cannot be undone.`} action="Discard" onYes={discard} onNo={() => setAsking(false)} />;
  }
  return (
    <div className="download-stopped" role="status">
      <StateMark state="warn" />
      <div>
        <strong>Download stopped at {percent(total > 0 ? done / total : 0, 0)}.</strong>
        <p className="small secondary">
          {bytesOf(done, total)} are saved. {explanation?.what}
        </p>
      </div>
      <div className="drop-buttons">
        <Button look="primary" onClick={onResume}>
          Resume
        </Button>
        <MakeRoom explanation={explanation} />
        <Button onClick={() => setAsking(true)}>Discard…</Button>
      </div>
    </div>
  );
}
