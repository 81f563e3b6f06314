import type { Resumable } from '../../store/resumable.ts';
import { bytes } from '../format/format.ts';
import { Button } from '../parts/button.tsx';
import { Sheet } from '../parts/sheet.tsx';
import { useCommands } from '../shell/engine-context.ts';
import { nameOf } from './resume-words.ts';

/** Asks once: it cannot be taken back. */
export function DiscardSheet({ run, onClose }: { readonly run: Resumable; readonly onClose: () => void }) {
  const { checkpoints } = useCommands();
  const { summary, stored } = run;
  const discard = () => {
    checkpoints.discard(summary.run);
    onClose();
  };
  return (
    <Sheet open onClose={onClose} title={`Discard what is saved of ${nameOf(run)}?`} place="middle">
      <div className="sheet-body">
        <p>
          It can then no longer be resumed. {stored ? 'What happened in it so far stays under Runs. ' : ''}
          {bytes(summary.bytes)} of storage come free.
        </p>
        <div className="sheet-actions">
          <Button look="primary" onClick={discard}>
            Discard
          </Button>
          <Button onClick={onClose}>Keep it</Button>
        </div>
      </div>
    </Sheet>
  );
}
