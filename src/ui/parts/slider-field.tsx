import { Slider } from '@base-ui/react/slider';
import { useId } from 'react';
import { joinClasses } from './join-classes.ts';
import { NumberInput } from './number-input.tsx';
import './slider-field.css';

interface Props {
  readonly label: string;
  readonly value: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly step?: number;
  readonly onChange: (value: number) => void;
  /** Marked by a tick: the running value, or the default. */
  readonly tick?: number | null;
  readonly changed?: boolean;
  readonly disabled?: boolean;
  /** Whether typed values are rounded to whole ones; default true. */
  readonly whole?: boolean;
  readonly format?: (value: number) => string;
}

/** A slider whose value can also be typed. */
export function SliderField({ label, value, minimum, maximum, step = 1, onChange, tick, changed, disabled = false, whole = true, format }: Props) {
  const id = useId();
  const at = (of: number) => `${((of - minimum) / (maximum - minimum)) * 100}%`;
  return (
    <Slider.Root
      className={joinClasses('slider', changed && 'slider-changed')}
      value={Math.min(maximum, Math.max(minimum, value))}
      min={minimum}
      max={maximum}
      step={step}
      disabled={disabled}
      onValueChange={onChange}
      thumbAlignment="center"
    >
      <div className="slider-head">
        <span id={id}>{label}</span>
        <NumberInput
          bare
          label={`${label}, value`}
          {...{ value, minimum, maximum, onChange, disabled, whole }}
          step={(from, direction) => Number((from + direction * step).toPrecision(12))}
          {...(changed ? { changed } : {})}
          {...(format ? { format } : {})}
        />
      </div>
      <Slider.Control className="slider-control">
        <Slider.Track className="slider-track">
          <Slider.Indicator className="slider-indicator" />
          {tick !== null && tick !== undefined && tick !== value && <span className="slider-tick" style={{ insetInlineStart: at(tick) }} />}
          <Slider.Thumb className="slider-thumb" aria-labelledby={id} />
        </Slider.Track>
      </Slider.Control>
    </Slider.Root>
  );
}
