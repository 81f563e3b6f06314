import type { ReactNode } from 'react';
import { InfoPopover } from '../parts/info-popover.tsx';
import './term.css';
import { terms, type TermId } from './terms.ts';

/** A word of the field that explains itself when it is pressed. */
export function Term({ of, children }: { readonly of: TermId; readonly children?: ReactNode }) {
  const { name, text } = terms[of];
  return (
    <InfoPopover title={name} trigger={<button type="button" className="term">{children ?? name}</button>}>
      <p className="small">{text}</p>
    </InfoPopover>
  );
}
