import { useState } from 'react';
import type { RunConfig } from '../../run/run-config.ts';
import { formatTextRef, parseTextRef } from '../../sources/text-ref.ts';
import { bundledTexts } from '../../store/bundled-model.ts';
import { useModels } from '../../store/model-store.ts';
import { editDraft, settingsStore, useSettings } from '../../store/settings-store.ts';
import { textName, textPlace, withField } from '../../store/text-place.ts';
import { bytes } from '../format/format.ts';
import { Button } from '../parts/button.tsx';
import { Explained } from '../parts/explained.tsx';
import { Sheet } from '../parts/sheet.tsx';
import { useCommands } from '../shell/engine-context.ts';
import { AddressForm } from './address-form.tsx';
import { DropZone } from './drop-zone.tsx';
import type { Given } from './given-files.ts';
import { ListSection } from './list-section.tsx';
import { ModelRow } from './model-row.tsx';

type Use = keyof RunConfig['texts'];

const words: Readonly<Record<Use, { readonly title: string; readonly purpose: string }>> = {
  training: {
    title: 'Training text',
    purpose: 'Calibration, the fitness of candidates and fine-tuning read it. The closer it is to what the model will be used for, the better what matters is kept.',
  },
  heldOut: { title: 'Held-out text', purpose: 'The results are measured on it. The search never sees it; give a text that the model was not trained on, if you can.' },
};

interface Props {
  readonly use: Use;
  readonly onClose: () => void;
}

/** Chooses a text: one that comes with the page, a file, or an address. */
export function TextSheet({ use, onClose }: Props) {
  const [text, setText] = useState(() => settingsStore.getState().draft.texts[use]);
  const commands = useCommands();
  const choose = (ref: string) => {
    const place = textPlace(ref);
    if (place.includes(':')) commands.models.inspectText(place);
    setText(ref);
  };
  const take = ({ name, files }: Given) => {
    commands.models.giveFiles(name, files);
    choose(formatTextRef({ kind: 'local', name, field: null }));
  };
  const look = (address: URL) => {
    address.hash = ''; // in a ref it would name a field
    choose(formatTextRef({ kind: 'url', url: address.href, field: null }));
  };
  return (
    <Sheet open onClose={onClose} title={words[use].title} place="wide">
      <div className="sheet-scroll text-sheet">
        <p className="text-purpose">{words[use].purpose}</p>
        <ListSection title="With this page">
          {bundledTexts.map(({ id, name, bytes: size }) => (
            <ModelRow key={id} name={id} note={name} size={bytes(size)} selected={text === id} onSelect={() => choose(id)} />
          ))}
        </ListSection>
        <ListSection title="A file of yours">
          <DropZone onGiven={take} accept=".txt,.jsonl,.json,.gz">
            Drop a file here: plain text or JSON Lines, either may be gzipped. It is never uploaded.
          </DropZone>
        </ListSection>
        <ListSection title="Address">
          <AddressForm label="Address of a text, or of a file of a data set" example="https://example.org/data.jsonl.gz" onAddress={look} />
        </ListSection>
      </div>
      <Chosen use={use} text={text} onText={setText} onClose={onClose} />
    </Sheet>
  );
}

interface ChosenProps extends Props {
  readonly text: string;
  readonly onText: (text: string) => void;
}

/** A ref without a field means the field called `text`: where there is none, the likeliest. */
function fieldOf(text: string, fields: readonly string[]): string | null {
  return parseTextRef(text).field ?? (fields.includes('text') ? 'text' : (fields[0] ?? null));
}

/** What is known of the chosen text, its field, and the button that takes it. */
function Chosen({ use, text, onText, onClose }: ChosenProps) {
  const place = textPlace(text);
  const look = useModels((models) => models.texts.get(place));
  const other = useSettings((settings) => settings.draft.texts[use === 'training' ? 'heldOut' : 'training']);
  const bundled = !place.includes(':');
  const take = () => {
    const known = look?.status === 'known' && look.inspection.format === 'jsonl' ? withField(text, fieldOf(text, look.inspection.fields)) : text;
    editDraft((draft) => ({ ...draft, texts: { ...draft.texts, [use]: known } }));
    onClose();
  };
  if (look?.status === 'failed') {
    return (
      <div className="model-action">
        <Explained state="err" explanation={look.explanation} />
      </div>
    );
  }
  return (
    <div className="model-action text-chosen">
      <div aria-live="polite">
        <h3>{textName(text)}</h3>
        {look?.status === 'known' && <Inspected text={text} onText={onText} />}
        {look?.status === 'looking' && <p className="small secondary">Looking at its beginning…</p>}
        {textPlace(other) === place && <p className="note tertiary">The other text is the same. That is allowed: it is parted, so that the two share nothing.</p>}
      </div>
      <Button look="primary" className="model-primary" disabled={!bundled && look?.status !== 'known'} onClick={take}>
        Use this text
      </Button>
    </div>
  );
}

function Inspected({ text, onText }: Pick<ChosenProps, 'text' | 'onText'>) {
  const look = useModels((models) => models.texts.get(textPlace(text)));
  if (look?.status !== 'known') return null;
  const { bytes: size, format, fields, sample } = look.inspection;
  return (
    <>
      <p className="small secondary">
        {bytes(size)}, {format === 'jsonl' ? 'JSON Lines' : 'plain text'}
      </p>
      {format === 'jsonl' && fields.length > 0 && (
        <label className="field field-row">
          <span>Field with the text</span>
          <select className="text-input" value={fieldOf(text, fields) ?? undefined} onChange={(event) => onText(withField(text, event.target.value))}>
            {fields.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
      )}
      <p className="text-sample">{sample}</p>
    </>
  );
}
