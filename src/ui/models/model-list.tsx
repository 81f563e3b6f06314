import { formatModelRef } from '../../sources/model-ref.ts';
import { bundledModel } from '../../store/bundled-model.ts';
import { fileBytes } from '../../store/model-store.ts';
import { bytes, count, parameters } from '../format/format.ts';
import { useCommands } from '../shell/engine-context.ts';
import { AddressForm } from './address-form.tsx';
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
        <AddressForm label="Address of a folder" example="https://example.org/model/" onAddress={(address) => onSelect(formatModelRef({ kind: 'url', base: folderOf(address) }))} />
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

/** Files are looked for below the address, so it has to be a folder's. */
function folderOf(address: URL): string {
  return address.pathname.endsWith('/') ? address.href : new URL(`${address.pathname}/`, address).href;
}
