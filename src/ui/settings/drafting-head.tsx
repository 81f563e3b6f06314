import { useEffect, useRef, useState } from 'react';
import { setDrafting } from '../../store/settings-store.ts';
import { Button } from '../parts/button.tsx';
import { Sheet } from '../parts/sheet.tsx';
import { useCommands } from '../shell/engine-context.ts';
import { StartProblem } from './start-problem.tsx';
import { startDraft, useWhyNotStart } from './use-start.ts';

/** Over the settings of the next run while another is under way: what becomes of that, and the ways on and back. */
export function DraftingHead() {
  const why = useWhyNotStart();
  const [asking, setAsking] = useState(false);
  const section = useRef<HTMLElement>(null);
  // The button that opened it is gone, and was far down.
  useEffect(() => {
    for (let around = section.current?.parentElement; around; around = around.parentElement) around.scrollTop = 0;
    section.current?.focus({ preventScroll: true });
  }, []);
  return (
    <section ref={section} tabIndex={-1} className="rail-section drafting" aria-label="The next run">
      <p className="note secondary">The run under way goes on until the next one starts.</p>
      <div className="drafting-buttons">
        <Button disabled={why !== null} onClick={() => setAsking(true)}>
          Start it…
        </Button>
        <Button look="quiet" onClick={() => setDrafting(false)}>
          Back to this run
        </Button>
      </div>
      <StartProblem why={why} />
      {asking && <ReplaceSheet onClose={() => setAsking(false)} />}
    </section>
  );
}

function ReplaceSheet({ onClose }: { readonly onClose: () => void }) {
  const commands = useCommands();
  return (
    <Sheet open onClose={onClose} title="End this run and start the next?" place="middle">
      <div className="sheet-body">
        <p>One run at a time has the device. What this one has found so far stays under Runs. To have its parent evaluated and written to a file, press Stop instead and start the next run afterwards.</p>
        <div className="sheet-actions">
          <Button look="primary" onClick={() => startDraft(commands) && onClose()}>
            Start the next run
          </Button>
          <Button onClick={onClose}>Go on with this one</Button>
        </div>
      </div>
    </Sheet>
  );
}
