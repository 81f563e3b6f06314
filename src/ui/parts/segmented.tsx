import { Toggle } from '@base-ui/react/toggle';
import { ToggleGroup } from '@base-ui/react/toggle-group';
import { joinClasses } from './join-classes.ts';
import './segmented.css';

interface Props<Value extends string> {
  readonly label: string;
  readonly value: Value | null;
  readonly options: readonly { readonly value: Value; readonly label: string }[];
  readonly onChange: (value: Value) => void;
  /** Fills the width with equal parts. */
  readonly wide?: boolean;
  /** Underlined words instead of a frame. */
  readonly plain?: boolean;
  readonly disabled?: boolean;
}

/** One choice of few, all in view. */
export function Segmented<Value extends string>({ label, value, options, onChange, wide, plain, disabled = false }: Props<Value>) {
  return (
    <ToggleGroup
      aria-label={label}
      className={joinClasses('segmented', wide && 'segmented-wide', plain && 'segmented-plain')}
      value={value === null ? [] : [value]}
      disabled={disabled}
      onValueChange={(chosen) => {
        const next = options.find((option) => option.value === chosen.at(-1));
        if (next) onChange(next.value);
      }}
    >
      {options.map((option) => (
        <Toggle key={option.value} value={option.value} className="segment">
          {option.label}
        </Toggle>
      ))}
    </ToggleGroup>
  );
}
