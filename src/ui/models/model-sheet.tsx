import { ArrowLeft } from 'lucide-react';
import { useEffect, useState } from 'react';
import { settingsStore } from '../../store/settings-store.ts';
import { Sheet } from '../parts/sheet.tsx';
import { useMedia } from '../parts/use-media.ts';
import { useCommands } from '../shell/engine-context.ts';
import { openedModel } from '../shell/open-sheet.ts';
import { ModelDetails } from './model-details.tsx';
import { ModelList } from './model-list.tsx';

/** Where models come from at the left, the one that is looked at beside it; on narrow screens one after the other. */
export function ModelSheet({ onClose }: { readonly onClose: () => void }) {
  const commands = useCommands();
  const narrow = useMedia('(max-width: 767px)');
  const [selected, setSelected] = useState(() => openedModel() ?? settingsStore.getState().draft.model);
  const [detailed, setDetailed] = useState(() => openedModel() !== null);
  useEffect(() => commands.models.listStored(), [commands]);
  const select = (model: string) => {
    commands.models.inspect(model);
    setSelected(model);
    setDetailed(true);
  };
  return (
    <Sheet open onClose={onClose} title="Choose a model" place="wide">
      <div className="model-sheet">
        {(!narrow || !detailed) && <ModelList selected={narrow ? null : selected} onSelect={select} />}
        {(!narrow || detailed) && (
          <div className="model-column">
            {narrow && (
              <button type="button" className="link-button model-back" onClick={() => setDetailed(false)}>
                <ArrowLeft size={14} aria-hidden /> All models
              </button>
            )}
            <ModelDetails key={selected} model={selected} onUsed={onClose} />
          </div>
        )}
      </div>
    </Sheet>
  );
}
