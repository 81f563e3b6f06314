import { useRef, useState } from 'react';
import { estimateCost } from '../../run/cost.ts';
import type { RunConfig } from '../../run/run-config.ts';
import { knownModel, useModels } from '../../store/model-store.ts';
import { deletePreset, renamePreset, restorePreset, savePreset, useOwnPresets, whyNotNamed, withOwnPreset, type OwnPreset } from '../../store/own-presets.ts';
import { about, tokens } from '../format/format.ts';
import { Button } from '../parts/button.tsx';
import { InfoPopover } from '../parts/info-popover.tsx';
import './own-presets.css';
import { useCost } from './use-cost.ts';

interface Props {
  /** The settings in view. */
  readonly config: RunConfig;
  readonly disabled: boolean;
  readonly onChoose: (preset: OwnPreset) => void;
  /** The preset that was chosen last. */
  readonly chosen: string | null;
  /** The settings in view are under this name now. */
  readonly onNamed: (name: string) => void;
}

/** Settings under names of the reader's own: saved, chosen, renamed, deleted and brought back. */
export function OwnPresets({ config, disabled, chosen, onChoose, onNamed }: Props) {
  const { presets, unread, deleted, kept } = useOwnPresets((all) => all);
  return (
    <InfoPopover
      title="Your presets"
      trigger={
        <button type="button" className="link-button own-presets-button" aria-haspopup="dialog">
          {presets.length === 0 ? 'Save as a preset…' : `Your presets (${presets.length})…`}
        </button>
      }
    >
      <div className="own-presets">
        {unread.length > 0 && (
          <p role="status">{unread.length === 1 ? 'One stored preset cannot be read; it is left as it was stored.' : `${unread.length} stored presets cannot be read; they are left as they were stored.`}</p>
        )}
        {presets.length > 0 && (
          <ul>
            {presets.map((preset) => (
              <PresetRow key={preset.name} {...{ preset, config, disabled, onChoose, chosen, onNamed }} />
            ))}
          </ul>
        )}
        {deleted && (
          <p role="status">
            {deleted.preset.name} was deleted.{' '}
            <button type="button" className="link-button" onClick={restorePreset}>
              Undo
            </button>
          </p>
        )}
        <NameForm
          label="Save the settings in view as"
          initial=""
          action="Save"
          onName={(name) => {
            savePreset(name, config);
            onNamed(name.trim());
          }}
        />
        <p className="note tertiary">
          {kept ? 'Kept in this browser only.' : 'This browser keeps nothing for this page: presets last until it is closed.'} Model, texts, device and seed are not part of a preset.
        </p>
      </div>
    </InfoPopover>
  );
}

function PresetRow({ preset, config, disabled, chosen, onChoose, onNamed }: Props & { readonly preset: OwnPreset }) {
  const [renaming, setRenaming] = useState(false);
  const { name } = preset;
  if (renaming) {
    return (
      <li>
        <NameForm
          label="New name"
          initial={name}
          renaming={name}
          action="Rename"
          onName={(next) => {
            renamePreset(name, next);
            if (chosen === name) onNamed(next.trim());
            setRenaming(false);
          }}
        />
      </li>
    );
  }
  return (
    <li>
      <button type="button" className="own-preset" disabled={disabled} aria-pressed={chosen === name} onClick={() => onChoose(preset)}>
        <span className="own-preset-name">{name}</span>
        <CostOf config={withOwnPreset(config, preset)} />
      </button>
      <button type="button" className="link-button" aria-label={`Rename ${name}`} onClick={() => setRenaming(true)}>
        Rename
      </button>
      <button type="button" className="link-button" aria-label={`Delete ${name}`} onClick={() => deletePreset(name)}>
        Delete
      </button>
    </li>
  );
}

/** "25 k tokens trained, about 4 min": what a run with it costs, where that can be told. */
function CostOf({ config }: { readonly config: RunConfig }) {
  const spec = useModels((models) => knownModel(models, config.model)?.spec ?? null);
  const { rate } = useCost();
  if (spec === null) return null;
  const { trainedTokens, totalFlop } = estimateCost(config, spec);
  return (
    <span className="note tertiary">
      {tokens(trainedTokens)} tokens trained{rate === null ? '' : `, ${about(totalFlop / rate)}`}
    </span>
  );
}

interface NameFormProps {
  readonly label: string;
  readonly initial: string;
  readonly action: string;
  /** The preset that may keep its name. */
  readonly renaming?: string;
  readonly onName: (name: string) => void;
}

function NameForm({ label, initial, action, renaming, onName }: NameFormProps) {
  const presets = useOwnPresets((all) => all.presets);
  const [name, setName] = useState(initial);
  const input = useRef<HTMLInputElement>(null);
  const why = whyNotNamed(name, presets, renaming ?? null);
  return (
    <form
      className="own-presets-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (why !== null) return;
        onName(name);
        setName('');
        input.current?.focus(); // the button that had the focus cannot be pressed without a name
      }}
    >
      <label>
        <span>{label}</span>
        <input ref={input} value={name} maxLength={60} autoComplete="off" onChange={(event) => setName(event.target.value)} />
      </label>
      <Button type="submit" disabled={why !== null}>
        {action}
      </Button>
      {why !== null && name.trim() !== '' && <span className="note">{why}</span>}
    </form>
  );
}
