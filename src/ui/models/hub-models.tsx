import { useState, type FormEvent } from 'react';
import { curatedModels } from '../../sources/curated-models.ts';
import { formatModelRef, modelName, parseModelRef } from '../../sources/model-ref.ts';
import { bytes, parameters } from '../format/format.ts';
import { Button } from '../parts/button.tsx';
import { HubSettings } from './hub-settings.tsx';
import { ListSection, type ListProps } from './list-section.tsx';
import { ModelRow } from './model-row.tsx';

/** Models of the Hub: a few to choose from, any other by its name. */
export function HubModels({ selected, onSelect }: ListProps) {
  return (
    <ListSection title="Hugging Face" note="downloaded once, then kept here">
      {curatedModels.map(({ id, revision, parameters: size, weightBytes, licence, gated, about }) => {
        const ref = formatModelRef({ kind: 'hub', id, revision });
        return (
          <ModelRow
            key={id}
            name={modelName(ref)}
            note={`${parameters(size)} parameters, ${licence}${gated ? ', needs a token' : ''} · ${about}`}
            size={bytes(weightBytes)}
            selected={selected === ref}
            onSelect={() => onSelect(ref)}
          />
        );
      })}
      <HubForm onSelect={onSelect} />
      <HubSettings />
    </ListSection>
  );
}

/** The ref of a model that was typed as `owner/name`; null where that is none. */
function typedRef(id: string, revision: string): string | null {
  try {
    return formatModelRef(parseModelRef(`hub:${id.trim()}@${revision.trim() || 'main'}`));
  } catch {
    return null;
  }
}

function HubForm({ onSelect }: Pick<ListProps, 'onSelect'>) {
  const [id, setId] = useState('');
  const [revision, setRevision] = useState('');
  const [wrong, setWrong] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const ref = typedRef(id, revision);
    setWrong(ref === null);
    if (ref !== null) onSelect(ref);
  };
  return (
    <form className="list-form list-form-hub" onSubmit={submit} noValidate>
      <label className="field">
        <span>Another model</span>
        <input className="text-input" value={id} placeholder="owner/name" autoComplete="off" autoCapitalize="off" spellCheck={false} aria-invalid={wrong} onChange={(event) => setId(event.target.value)} />
      </label>
      <label className="field">
        <span>Revision</span>
        <input className="text-input" value={revision} placeholder="main" autoComplete="off" autoCapitalize="off" spellCheck={false} onChange={(event) => setRevision(event.target.value)} />
      </label>
      <Button type="submit" disabled={id.trim() === ''}>
        Look
      </Button>
      {wrong && (
        <p className="note secondary list-form-note" role="alert">
          A model is called owner/name; a revision is a branch, a tag or a commit.
        </p>
      )}
    </form>
  );
}
