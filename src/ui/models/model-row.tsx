import type { ReactNode } from 'react';

interface Props {
  readonly name: string;
  /** Under the name. */
  readonly note: ReactNode;
  /** At the right end. */
  readonly size?: ReactNode;
  readonly selected: boolean;
  readonly onSelect: () => void;
}

/** A model in the list: pressing it looks into it. */
export function ModelRow({ name, note, size, selected, onSelect }: Props) {
  return (
    <button type="button" className="model-row" aria-current={selected ? 'true' : undefined} onClick={onSelect}>
      <span className="model-row-name">{name}</span>
      <span className="figures">{size}</span>
      <span className="note tertiary">{note}</span>
    </button>
  );
}
