import { useCheckpoints } from '../../store/checkpoint-store.ts';
import type { Restoring } from '../../store/run-state.ts';
import { Button } from '../parts/button.tsx';
import { ProgressBar } from '../parts/progress-bar.tsx';
import { StateMark } from '../parts/state-mark.tsx';
import { useCommands } from '../shell/engine-context.ts';
import './resume.css';
import { interruptionWords, restoringWords } from './resume-words.ts';

/** What is made ready again before the run goes on, and how far that is. */
export function RestoringNotice({ restoring }: { readonly restoring: Restoring }) {
  const commands = useCommands();
  const interruption = useCheckpoints((checkpoints) => checkpoints.interruption);
  const { title, text } = interruption ? interruptionWords(interruption) : { title: 'The run is made ready again.', text: '' };
  const share = restoring.total > 0 ? Math.min(1, restoring.done / restoring.total) : 0;
  return (
    <div className="notice restoring">
      <StateMark state={interruption ? 'warn' : 'note'} />
      <p role="status">
        <strong>{title}</strong> {text}
      </p>
      <span className="restoring-progress small figures">
        <span>{restoringWords(restoring)}</span>
        <ProgressBar label="Making the run ready again" share={share} />
      </span>
      <span className="notice-actions">
        <Button title="The run stays saved, to resume later" onClick={() => commands.leave()}>
          Cancel
        </Button>
      </span>
    </div>
  );
}
