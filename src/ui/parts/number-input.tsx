import { useState, type KeyboardEvent } from 'react';
import { joinClasses } from './join-classes.ts';
import './number-input.css';

interface Props {
  readonly label: string;
  readonly value: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly onChange: (value: number) => void;
  /** Default: grouped whole numbers. */
  readonly format?: (value: number) => string;
  /** What the arrow keys do; default: one more, one less. */
  readonly step?: (value: number, direction: 1 | -1) => number;
  readonly whole?: boolean;
  readonly changed?: boolean;
  readonly disabled?: boolean;
  /** Without a frame, as a value that can be typed over. */
  readonly bare?: boolean;
}

const grouped = (value: number): string => value.toLocaleString();

/** A number from what people type: grouping marks and spaces are ignored, `1e-5` is fine. Null where it is none. */
export function parseTyped(text: string, whole: boolean): number | null {
  const decimal = (1.5).toLocaleString().charAt(1);
  const plain = [...text.trim()].filter((letter) => /[-+\deE]/.test(letter) || letter === decimal).join('').replace(decimal, '.');
  if (plain === '') return null;
  const value = Number(plain);
  if (!Number.isFinite(value)) return null;
  return whole ? Math.round(value) : value;
}

/** A typed number: committed on Enter or when left, kept in range, restored by Escape. */
export function NumberInput({ label, value, minimum, maximum, onChange, format = grouped, whole = true, changed, disabled, bare, ...rest }: Props) {
  const step = rest.step ?? ((from: number, direction: 1 | -1) => from + direction);
  const [typed, setTyped] = useState<string | null>(null);
  const put = (next: number) => {
    const kept = Math.min(maximum, Math.max(minimum, next));
    if (kept !== value) onChange(kept);
  };
  const commit = () => {
    const parsed = typed === null ? null : parseTyped(typed, whole);
    if (parsed !== null) put(parsed);
    setTyped(null);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') commit();
    else if (event.key === 'Escape' && typed !== null) {
      event.stopPropagation();
      setTyped(null);
    } else if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
      event.preventDefault();
      setTyped(null);
      put(step(value, event.key === 'ArrowUp' ? 1 : -1));
    }
  };
  return (
    <input
      aria-label={label}
      className={joinClasses('number-input', bare && 'number-input-bare', changed && 'number-input-changed')}
      inputMode={whole ? 'numeric' : 'decimal'}
      autoComplete="off"
      disabled={disabled}
      value={typed ?? format(value)}
      onChange={(event) => setTyped(event.target.value)}
      onBlur={commit}
      onKeyDown={onKeyDown}
    />
  );
}
