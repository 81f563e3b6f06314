import { useState } from 'react';
import { useCheckpoints } from '../../store/checkpoint-store.ts';
import { useEngine } from '../../store/run-store.ts';
import { Button } from '../parts/button.tsx';
import { Notice } from '../notices/notice.tsx';
import { useCommands } from '../shell/engine-context.ts';
import { InterruptedNotice } from './interrupted-notice.tsx';
import { RestoringNotice } from './restoring-notice.tsx';
import { interruptionWords } from './resume-words.ts';
import { useResumable } from './use-resumable.ts';

/** One bar about runs that were interrupted: the one that goes on, or that one can go on with. */
export function ResumeNotices() {
  const [dismissed, setDismissed] = useState<string | null>(null);
  const restoring = useEngine((engine) => engine.run.restoring);
  const idle = useEngine((engine) => engine.status === 'idle');
  const interruption = useCheckpoints((checkpoints) => checkpoints.interruption);
  const refusal = useCheckpoints((checkpoints) => checkpoints.refusal);
  const resumable = useResumable();
  const [newest] = resumable;
  if (restoring !== null) return <RestoringNotice restoring={restoring} />;
  if (interruption !== null) return <InterruptionNotice />;
  if (refusal !== null && newest?.summary.run !== refusal.run) return <RefusalNotice />;
  if (!idle || !newest || dismissed === newest.summary.run) return null;
  return <InterruptedNotice run={newest} more={resumable.length - 1} refusal={refusal?.explanation ?? null} onDismiss={() => setDismissed(newest.summary.run)} />;
}

/** The device or the engine went away, and the run goes on by itself. */
function InterruptionNotice() {
  const { checkpoints } = useCommands();
  const interruption = useCheckpoints((state) => state.interruption);
  if (interruption === null) return null;
  const { resumed, count, what } = interruption;
  const dismiss = () => checkpoints.dismiss();
  const actions = resumed && <Button onClick={dismiss}>OK</Button>;
  return <Notice notice={{ id: `${what}-${count}`, state: resumed ? 'ok' : 'warn', ...interruptionWords(interruption), actions }} onDismiss={dismiss} />;
}

function RefusalNotice() {
  const { checkpoints } = useCommands();
  const refusal = useCheckpoints((state) => state.refusal);
  if (refusal === null) return null;
  const { what, means, remedy } = refusal.explanation;
  return <Notice notice={{ id: 'refusal', state: 'err', title: what, text: `${means} ${remedy}` }} onDismiss={() => checkpoints.dismiss()} />;
}
