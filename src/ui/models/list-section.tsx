import type { ReactNode } from 'react';

/** What every list of models is given. */
export interface ListProps {
  readonly selected: string | null;
  readonly onSelect: (model: string) => void;
}

interface Props {
  readonly title: string;
  readonly note?: string;
  readonly children: ReactNode;
}

/** One place that models come from. */
export function ListSection({ title, note, children }: Props) {
  return (
    <section className="list-section" aria-label={title}>
      <div className="list-head">
        <h3>{title}</h3>
        {note !== undefined && <span className="note tertiary">{note}</span>}
      </div>
      {children}
    </section>
  );
}
