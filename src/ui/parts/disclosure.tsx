import type { ReactNode } from 'react';
import './disclosure.css';
import { joinClasses } from './join-classes.ts';

interface Props {
  /** What is behind it, always in view. */
  readonly summary: ReactNode;
  readonly className?: string;
  readonly children: ReactNode;
}

/** Something that few need: closed until its summary is pressed. */
export function Disclosure({ summary, className, children }: Props) {
  return (
    <details className={joinClasses('disclosure', className)}>
      <summary>{summary}</summary>
      {children}
    </details>
  );
}
