import { defaultSampling, samplingRanges, type SamplingSettings } from '../../store/address-sampling.ts';
import { editSampling, useSettings } from '../../store/settings-store.ts';
import { useRun } from '../../store/use-run.ts';
import { NumberInput } from '../parts/number-input.tsx';

const round = (value: number): number => Math.round(value * 100) / 100;
const byStep = (step: number) => (value: number, direction: 1 | -1) => round(value + direction * step);

interface FieldProps {
  readonly name: Exclude<keyof SamplingSettings, 'chat'>;
  readonly label: string;
  readonly step: number;
  readonly format?: (value: number) => string;
  readonly disabled?: boolean;
}

function Field({ name, label, step, format, disabled = false }: FieldProps) {
  const value = useSettings((settings) => settings.sampling[name]);
  const { minimum, maximum, whole } = samplingRanges[name];
  return (
    <label className="sampling-field">
      <span>{label}</span>
      <NumberInput
        label={label}
        value={value}
        minimum={minimum}
        maximum={maximum}
        whole={whole}
        step={byStep(step)}
        disabled={disabled}
        {...(format && { format })}
        onChange={(next) => editSampling({ [name]: whole ? next : round(next) })}
      />
    </label>
  );
}

/** How models write: shared by all places that ask them for text. */
export function SamplingFields() {
  const greedy = useSettings((settings) => settings.sampling.temperature === 0);
  const changed = useSettings((settings) => settings.sampling !== defaultSampling);
  return (
    <fieldset className="sampling-fields">
      <legend className="visually-hidden">How the models write</legend>
      <Field name="tokens" label="Tokens" step={16} />
      <Field name="temperature" label="Temperature" step={0.1} />
      <Field name="topP" label="Top-p" step={0.05} disabled={greedy} />
      <Field name="seed" label="Seed" step={1} format={String} disabled={greedy} />
      <ChatSwitch />
      <p className="note tertiary sampling-note">
        {greedy ? 'At temperature 0 nothing is drawn: top-p and seed do nothing.' : 'Both models draw the same numbers, so that only they differ.'}
      </p>
      {changed && (
        <button type="button" className="link-button" onClick={() => editSampling(defaultSampling)}>
          Back to the defaults
        </button>
      )}
    </fieldset>
  );
}

function ChatSwitch() {
  const has = useRun((run) => run.model?.chat);
  const on = useSettings((settings) => settings.sampling.chat);
  if (has !== true) return <p className="note tertiary sampling-note">{has === false && 'No chat template comes with this model’s tokenizer.'}</p>;
  return (
    <label className="check-row sampling-chat">
      <input type="checkbox" className="check" checked={on} onChange={(event) => editSampling({ chat: event.target.checked })} />
      <span className="small">Ask in the model’s chat template</span>
    </label>
  );
}
