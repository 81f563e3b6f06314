import { useState, type FormEvent } from 'react';
import { formatModelRef, parseAddress } from '../../sources/model-ref.ts';
import { bundledModel } from '../../store/bundled-model.ts';
import { fileBytes } from '../../store/model-store.ts';
import { bytes, count, parameters } from '../format/format.ts';
import { Button } from '../parts/button.tsx';
import { useCommands } from '../shell/engine-context.ts';
import { DropZone } from './drop-zone.tsx';
import type { Given } from './given-files.ts';
import { HubModels } from './hub-models.tsx';
import { ListSection, type ListProps } from './list-section.tsx';
import { ModelRow } from './model-row.tsx';
import { StoredModels } from './stored-models.tsx';

/** Every place that a model can come from. */
export function ModelList(props: ListProps) {
  const { selected, onSelect } = props;
  const { inspection, id } = bundledModel;
  return (
    <div className="model-list">
      <ListSection title="With this page">
        <ModelRow
          name={id}
          note={`${parameters(inspection.parameters.total)} parameters, ${count(inspection.spec.layers.length)} layers, ${inspection.about.licence} · a result in minutes`}
          size={bytes(fileBytes(inspection))}
          selected={selected === id}
          onSelect={() => onSelect(id)}
        />
      </ListSection>
      <StoredModels {...props} />
      <HubModels {...props} />
      <ListSection title="This computer">
        <LocalModel onSelect={onSelect} />
      </ListSection>
      <ListSection title="Address">
        <AddressForm onSelect={onSelect} />
      </ListSection>
    </div>
  );
}

function LocalModel({ onSelect }: Pick<ListProps, 'onSelect'>) {
  const commands = useCommands();
  const take = ({ name, files }: Given) => {
    commands.models.giveFiles(name, files);
    onSelect(formatModelRef({ kind: 'local', name }));
  };
  return (
    <DropZone folders onGiven={take}>
      Drop a folder here: <code>config.json</code>, <code>tokenizer.json</code> and <code>*.safetensors</code>, or an ONNX file. It stays on this machine.
    </DropZone>
  );
}

function AddressForm({ onSelect }: Pick<ListProps, 'onSelect'>) {
  const [text, setText] = useState('');
  const [wrong, setWrong] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const url = parseAddress(text.trim());
    setWrong(url === null);
    // Files are looked for below the address, so it has to be a folder's.
    if (url) onSelect(formatModelRef({ kind: 'url', base: url.pathname.endsWith('/') ? url.href : new URL(`${url.pathname}/`, url).href }));
  };
  return (
    <form className="list-form" onSubmit={submit} noValidate>
      <label className="field">
        <span>Address of a folder</span>
        <input className="text-input" type="url" value={text} placeholder="https://example.org/model/" autoComplete="off" spellCheck={false} aria-invalid={wrong} onChange={(event) => setText(event.target.value)} />
      </label>
      <Button type="submit" disabled={text.trim() === ''}>
        Look
      </Button>
      <p className="note tertiary list-form-note" role={wrong ? 'alert' : undefined}>
        {wrong ? 'This is no web address: it begins with https:// and holds no password.' : 'The server has to allow pages of other sites to read it (CORS).'}
      </p>
    </form>
  );
}
