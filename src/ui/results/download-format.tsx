import { Download } from 'lucide-react';
import { useState } from 'react';
import type { FormatId } from '../../export/formats.ts';
import { engineStore, useEngine } from '../../store/run-store.ts';
import { useRun } from '../../store/use-run.ts';
import { Button } from '../parts/button.tsx';
import { useCommands } from '../shell/engine-context.ts';
import { busyLabel, downloadLabel, idleNote, isBusy, type SaveState } from './export-words.ts';
import { formatBytes, formatName, isOnnx, isWritten, offerOf } from './format-choice.ts';
import { saveFormat } from './save-format.ts';
import { SaveProgress } from './save-progress.tsx';

interface Props {
  readonly format: FormatId;
  readonly available: boolean;
  readonly externalData: boolean;
}

interface Job {
  readonly format: FormatId;
  readonly externalData: boolean;
  readonly state: SaveState;
}

const writtenNow = (format: FormatId) => engineStore.getState().run.exports.written[format];

/** The button that repeats the choice. It writes the format first where that was not done yet. */
export function DownloadFormat({ format, available, externalData: wanted }: Props) {
  const { exports } = useCommands();
  const exporting = useEngine((engine) => engine.exporting);
  const offer = useRun((run) => offerOf(run.exports.offers, format));
  const written = useRun((run) => run.exports.written[format]);
  const [job, setJob] = useState<Job | null>(null);
  const externalData = isOnnx(format) && wanted;
  // How a job ended is told as long as its format is chosen; that one goes on, always.
  const state: SaveState = job && (job.format === format || isBusy(job.state)) ? job.state : { step: 'ready' };
  const others = exporting !== null && !isBusy(state);
  const present = written && isWritten(offer, written, externalData) ? written : null;
  const start = async () => {
    if (!available || isBusy(state) || exporting) return;
    const tell = (now: SaveState) => setJob({ format, externalData, state: now });
    tell(await saveFormat(exports, { format, externalData, present, written: () => writtenNow(format) }, tell));
  };
  return (
    <div className="export-download">
      <Button look="primary" wide className="export-button figures" aria-disabled={!available || isBusy(state) || others} onClick={() => void start()}>
        <Download size={15} aria-hidden />
        {busyLabel(state, exporting) ?? downloadLabel(formatName(format), formatBytes(offer, written))}
      </Button>
      <SaveProgress state={state} label={formatName(job?.format ?? format)} idle={available ? idleNote(present !== null, (written ?? offer)?.files.length ?? 0) : ''} onCancel={state.step === 'preparing' ? () => exports.cancelExport() : null} onRetry={() => void start()} />
    </div>
  );
}
