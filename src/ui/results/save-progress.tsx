import { useEngine } from '../../store/run-store.ts';
import { Button } from '../parts/button.tsx';
import { ProgressBar } from '../parts/progress-bar.tsx';
import { MakeRoom } from '../storage/make-room.tsx';
import { announcement, detail, isBusy, shareDone, type SaveState } from './export-words.ts';

interface Props {
  readonly state: SaveState;
  /** What is being saved, for those who do not see it. */
  readonly label: string;
  /** What pressing the button will do, as long as nothing is under way. */
  readonly idle: string;
  /** Null where it can no longer be cancelled. */
  readonly onCancel: (() => void) | null;
  readonly onRetry: () => void;
}

/** Under a button that saves: how far it is, how it ended, and what can be done about it. Always as high, so that nothing moves. */
export function SaveProgress({ state, label, idle, onCancel, onRetry }: Props) {
  const exporting = useEngine((engine) => engine.exporting);
  const busy = isBusy(state);
  const share = shareDone(state, exporting);
  return (
    <div className="save-progress">
      <ProgressBar label={label} share={share} hidden={!busy} />
      <div className="save-line">
        <p className={state.step === 'failed' ? 'small save-failed' : 'small'}>
          <span role="status">{announcement(state, exporting)}</span> <span className="figures">{state.step === 'ready' ? idle : detail(state, exporting)}</span>
        </p>
        {busy && onCancel && (
          <Button look="quiet" aria-label={`Cancel: ${label}`} disabled={exporting?.cancelling ?? false} onClick={onCancel}>
            Cancel
          </Button>
        )}
        {state.step === 'failed' && <MakeRoom explanation={state.explanation} />}
        {state.step === 'failed' && (
          <Button aria-label={`Retry: ${label}`} onClick={onRetry}>
            Retry
          </Button>
        )}
      </div>
    </div>
  );
}
