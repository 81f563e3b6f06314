import { useId, type ReactNode } from 'react';
import { joinClasses } from './join-classes.ts';
import './panel.css';

interface Props {
  readonly title: string;
  /** Beside the title, in tertiary ink. */
  readonly note?: ReactNode;
  /** At the right end of the title's line. */
  readonly aside?: ReactNode;
  readonly id?: string;
  readonly className?: string;
  readonly children: ReactNode;
}

/** A section with a heading; sections are parted by a hairline. */
export function Panel({ title, note, aside, id, className, children }: Props) {
  const heading = useId();
  return (
    <section className={joinClasses('panel', className)} aria-labelledby={heading} {...(id === undefined ? {} : { id, tabIndex: -1 })}>
      <div className="panel-head">
        <h2 id={heading}>{title}</h2>
        {note !== undefined && <span className="small tertiary">{note}</span>}
        <span className="panel-space" />
        {aside}
      </div>
      {children}
    </section>
  );
}
