import { useEffect } from 'react';
import type { ModelInspection } from '../../model/inspect-model.ts';
import { kvHeads, queryHeads, type ModelSpec } from '../../model/spec.ts';
import { modelName, parseAddress } from '../../sources/model-ref.ts';
import { fileBytes, lookOf, useModels } from '../../store/model-store.ts';
import { bytes, count, missing, parameters, percent } from '../format/format.ts';
import { Button } from '../parts/button.tsx';
import { Disclosure } from '../parts/disclosure.tsx';
import { Explained } from '../parts/explained.tsx';
import { Facts, type Fact } from '../parts/facts.tsx';
import { useCommands } from '../shell/engine-context.ts';
import { MemoryTable } from './memory-table.tsx';
import { ModelAction } from './model-action.tsx';
import { useMemoryPlan } from './use-memory-plan.ts';

interface Props {
  readonly model: string;
  /** The model was chosen. */
  readonly onUsed: () => void;
}

/** What a model is and needs, and the button that takes it. */
export function ModelDetails({ model, onUsed }: Props) {
  const commands = useCommands();
  const look = useModels((models) => lookOf(models, model));
  const unknown = look === null;
  // What was seen is forgotten when the Hub's address or the token changes.
  useEffect(() => {
    if (unknown) commands.models.inspect(model);
  }, [commands, model, unknown]);
  if (look?.status === 'known') return <KnownModel model={model} inspection={look.inspection} onUsed={onUsed} />;
  if (look?.status === 'failed') {
    return (
      <div className="model-details">
        <Explained state="err" explanation={look.explanation}>
          <Button onClick={() => commands.models.inspect(model)}>Look again</Button>
        </Explained>
      </div>
    );
  }
  return (
    <div className="model-details" role="status">
      <h3 className="model-title">{modelName(model)}</h3>
      <p className="secondary">Looking into it: its configuration and the list of its tensors, no weights yet.</p>
    </div>
  );
}

function KnownModel({ model, inspection, onUsed }: Props & { readonly inspection: ModelInspection }) {
  const shown = useMemoryPlan(inspection.spec);
  const { about, files, parameters: size } = inspection;
  const total = bytes(fileBytes(inspection));
  return (
    <>
      <div className="model-details">
        <h3 className="model-title">{about.name}</h3>
        <p className="secondary model-lead">
          {parameters(size.total)} parameters, of which {parameters(size.prunable)} ({percent(size.prunable / size.total, 0)}) can be pruned.
        </p>
        <Facts facts={factsOf(inspection)} />
        <Disclosure summary={`${files.length === 1 ? 'One file' : `${count(files.length)} files`}, ${total}`}>
          <ul className="file-list figures">
            {files.map((file) => (
              <li key={file.path}>
                <code>{file.path}</code>
                <span>{bytes(file.bytes)}</span>
              </li>
            ))}
          </ul>
        </Disclosure>
        <h4 className="model-subtitle">Memory at the settings in the form</h4>
        {shown ? <MemoryTable shown={shown} editable /> : <p className="small secondary">The plan follows when the device has been looked at.</p>}
      </div>
      <ModelAction model={model} inspection={inspection} onUsed={onUsed} />
    </>
  );
}

/** `9 query, 3 KV`, or that they differ from layer to layer, as in a pruned model. */
function headsOf({ layers }: ModelSpec): string {
  const each = layers.map((shape) => `${queryHeads(shape)} query, ${kvHeads(shape)} KV`);
  return new Set(each).size === 1 ? (each[0] ?? missing) : 'differ by layer';
}

function channelsOf({ layers }: ModelSpec): string {
  const channels = layers.map((shape) => shape.channels);
  const [least, most] = [Math.min(...channels), Math.max(...channels)];
  return least === most ? count(most) : `${count(least)} to ${count(most)}`;
}

function factsOf({ spec, about, storedElementBytes }: ModelInspection): Fact[] {
  const card = about.card === null ? null : parseAddress(about.card);
  return [
    ['Architecture', spec.family],
    ['Layers', count(spec.layers.length)],
    ['Width', count(spec.hidden)],
    ['Heads', `${headsOf(spec)}, ${count(spec.headDim)} wide`],
    ['MLP channels', channelsOf(spec)],
    ['Vocabulary', `${count(spec.vocabulary)}${spec.tiedHead ? ', head tied to it' : ''}`],
    ['Stored as', `${storedElementBytes * 8} bit`],
    ['Licence', about.licence ?? 'not told'],
    ['Revision', about.revision === null ? missing : <code key="revision" title={about.revision}>{about.revision.slice(0, 12)}</code>],
    [
      'Model card',
      card ? (
        <a key="card" href={card.href} target="_blank" rel="noreferrer">
          {card.host}
        </a>
      ) : (
        missing
      ),
    ],
  ];
}
