import { modelName } from '../../sources/model-ref.ts';
import { useEngine } from '../../store/run-store.ts';
import { Button } from '../parts/button.tsx';
import { Sheet } from '../parts/sheet.tsx';
import { openSheet } from '../shell/open-sheet.ts';
import { isActive } from '../shell/run-activity.ts';
import { MemoryTable } from './memory-table.tsx';
import { useShownPlan } from './use-memory-plan.ts';

/** The memory plan of the settings in view. */
export function MemorySheet({ onClose }: { readonly onClose: () => void }) {
  const shown = useShownPlan();
  const active = useEngine((engine) => isActive(engine.status));
  return (
    <Sheet open onClose={onClose} title={shown ? `Memory for ${modelName(shown.config.model)}` : 'Memory'} place="wide">
      <div className="sheet-scroll">
        {shown ? <MemoryTable shown={shown} editable={!active} /> : <p className="secondary">The plan needs the model and the device, which are still being looked into.</p>}
        <div className="sheet-actions memory-actions">
          {active ? <Button onClick={onClose}>Close</Button> : <Button onClick={() => openSheet('models')}>Choose another model…</Button>}
          {shown && shown.plan.needed.storage > 0 && <Button onClick={() => openSheet('storage')}>Storage…</Button>}
        </div>
      </div>
    </Sheet>
  );
}
