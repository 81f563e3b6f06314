import { Pause, Play, SkipForward, Square, StepForward } from 'lucide-react';
import { useState } from 'react';
import { isOver, useEngine } from '../../store/run-store.ts';
import { useRun } from '../../store/use-run.ts';
import { Button } from '../parts/button.tsx';
import { Sheet } from '../parts/sheet.tsx';
import { StartProblem } from '../settings/start-problem.tsx';
import { startDraft, useWhyNotStart } from '../settings/use-start.ts';
import { useCommands } from '../shell/engine-context.ts';

/** One primary button whose place never moves, Step and Stop. */
export function Transport() {
  const [asking, setAsking] = useState<'stop' | 'new' | null>(null);
  const status = useEngine((engine) => engine.status);
  const over = isOver(status) || status === 'idle';
  const close = () => setAsking(null);
  return (
    <div className="transport">
      <PrimaryButton onNew={() => setAsking('new')} />
      {!over && (
        <>
          <StepButtons disabled={status === 'stopping' || status === 'pausing'} />
          <Button onClick={() => setAsking('stop')} disabled={status === 'stopping'}>
            <Square size={11} fill="currentColor" aria-hidden />
            Stop
          </Button>
        </>
      )}
      {asking === 'stop' && <StopSheet onClose={close} />}
      {asking === 'new' && <NewRunSheet onClose={close} />}
    </div>
  );
}

/** To the end of a stage, or of the generation; outside the search both end with the phase. */
function StepButtons({ disabled }: { readonly disabled: boolean }) {
  const commands = useCommands();
  return (
    <div className="transport-steps" role="group" aria-label="Step">
      <Button onClick={() => commands.step('stage')} disabled={disabled} title="To the end of the next stage, then pause (.)">
        <StepForward size={14} fill="currentColor" aria-hidden />
        Step
      </Button>
      <Button onClick={() => commands.step('generation')} disabled={disabled} aria-label="Step to the end of the generation" title="To the end of the generation, then pause (Shift .)">
        <SkipForward size={13} fill="currentColor" aria-hidden />
      </Button>
    </div>
  );
}

function PrimaryButton({ onNew }: { readonly onNew: () => void }) {
  const commands = useCommands();
  const status = useEngine((engine) => engine.status);
  switch (status) {
    case 'running':
      return (
        <Button look="primary" className="transport-primary" onClick={() => commands.pause()}>
          <Pause size={13} fill="currentColor" aria-hidden />
          Pause
        </Button>
      );
    case 'paused':
      return (
        <Button look="primary" className="transport-primary" onClick={() => commands.play()}>
          <Play size={13} fill="currentColor" aria-hidden />
          Resume
        </Button>
      );
    case 'pausing':
    case 'stopping':
      return (
        <Button look="primary" className="transport-primary" aria-disabled>
          {status === 'pausing' ? 'Pausing…' : 'Stopping…'}
        </Button>
      );
    default:
      return (
        <Button look="primary" className="transport-primary" onClick={onNew}>
          <Play size={13} fill="currentColor" aria-hidden />
          New run
        </Button>
      );
  }
}

function StopSheet({ onClose }: { readonly onClose: () => void }) {
  const commands = useCommands();
  const hasParent = useRun((run) => run.search !== null);
  const afterSearch = useRun((run) => run.search?.finished ?? false);
  const question = hasParent ? 'Stop and keep the parent so far?' : 'Stop this run?';
  const stop = () => {
    if (hasParent) commands.stop();
    else commands.cancel();
    onClose();
  };
  return (
    <Sheet open onClose={onClose} title={question} place="middle">
      <div className="sheet-body">
        <p>
          {!hasParent && 'The search has not begun, so there is no pruned model to keep.'}
          {hasParent && !afterSearch && 'The search ends here. Its parent is then evaluated and written to a file, as at the end of a whole run.'}
          {afterSearch && 'Post-training ends here. The best model so far is evaluated and written to a file.'}
        </p>
        <div className="sheet-actions">
          <Button look="primary" onClick={stop}>
            Stop
          </Button>
          <Button onClick={onClose}>{hasParent && !afterSearch ? 'Keep searching' : 'Go on'}</Button>
        </div>
      </div>
    </Sheet>
  );
}

function NewRunSheet({ onClose }: { readonly onClose: () => void }) {
  const commands = useCommands();
  const why = useWhyNotStart();
  const start = () => {
    if (startDraft(commands)) onClose();
  };
  return (
    <Sheet open onClose={onClose} title="Start a new run?" place="middle">
      <div className="sheet-body">
        <p>It begins with the settings at the left. This run leaves the page: save its files first if you want to keep them.</p>
        <StartProblem why={why} />
        <div className="sheet-actions">
          <Button look="primary" disabled={why !== null} onClick={start}>
            Start
          </Button>
          <Button onClick={onClose}>Not yet</Button>
        </div>
      </div>
    </Sheet>
  );
}
