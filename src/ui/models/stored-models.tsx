import { useState } from 'react';
import { modelName } from '../../sources/model-ref.ts';
import { useModels } from '../../store/model-store.ts';
import { useRuns } from '../../store/runs/runs-store.ts';
import type { StoredModel } from '../../worker/protocol.ts';
import { bytes, bytesOf, percent } from '../format/format.ts';
import { useCommands } from '../shell/engine-context.ts';
import { openSheet } from '../shell/open-sheet.ts';
import { AskOnce } from './ask-once.tsx';
import { ListSection, type ListProps } from './list-section.tsx';
import { ModelRow } from './model-row.tsx';

/** Models in the browser's storage, and how much of it they take. */
export function StoredModels(props: ListProps) {
  const stored = useModels((models) => models.stored);
  if (!stored) return null;
  const { models, usage, quota } = stored;
  const used = usage === null || quota === null ? undefined : `${bytesOf(usage, quota)} used`;
  return (
    <ListSection title="On this device" {...(used === undefined ? {} : { note: used })}>
      {models.length === 0 && <p className="note tertiary">Nothing is stored yet. What you download is kept here, for this site only.</p>}
      {models.map((model) => (
        <StoredRow key={model.model} model={model} {...props} />
      ))}
      <button type="button" className="link-button" onClick={() => openSheet('storage')}>
        All that is stored…
      </button>
    </ListSection>
  );
}

function StoredRow({ model, selected, onSelect }: ListProps & { readonly model: StoredModel }) {
  const commands = useCommands();
  const running = useModels((models) => models.downloads.get(model.model)?.status === 'running');
  const needed = useRuns(({ runs, alive }) => runs?.some(({ id, state, config }) => state === 'running' && alive.has(id) && config.model === model.model) ?? false);
  const [asking, setAsking] = useState(false);
  const { model: ref, bytes: here, total, complete, licence } = model;
  const state = complete ? 'complete' : running ? 'downloading' : `${percent(total > 0 ? here / total : 0, 0)} here`;
  return (
    <>
      <ModelRow name={modelName(ref)} note={`${licence ?? 'licence not told'} · ${state}`} size={complete ? bytes(total) : bytesOf(here, total)} selected={selected === ref} onSelect={() => onSelect(ref)} />
      {asking ? (
        <AskOnce
          question={`Delete ${bytes(here)}? This cannot be undone; the model would have to be downloaded again.`}
          action="Delete"
          onYes={() => {
            commands.models.deleteStored(ref);
            setAsking(false);
          }}
          onNo={() => setAsking(false)}
        />
      ) : (
        <div className="row-actions">
          {!complete && !running && (
            <button type="button" className="link-button" aria-label={`Resume the download of ${modelName(ref)}`} onClick={() => commands.models.download(ref)}>
              Resume
            </button>
          )}
          {needed && <span className="note tertiary">a run under way needs it</span>}
          {!running && !needed && (
            <button type="button" className="link-button" aria-label={`Delete ${modelName(ref)}`} onClick={() => setAsking(true)}>
              Delete…
            </button>
          )}
        </div>
      )}
    </>
  );
}
