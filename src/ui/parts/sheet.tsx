import { Dialog } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { joinClasses } from './join-classes.ts';
import './sheet.css';

interface Props {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  /** `middle`: a question; `wide`: a table or a choice of many, the whole screen on phones; `left`: a drawer, which is a bottom sheet on phones. */
  readonly place: 'middle' | 'wide' | 'left';
  readonly children: ReactNode;
}

/** A modal sheet over the page. Escape and a press outside close it. */
export function Sheet({ open, onClose, title, place, children }: Props) {
  return (
    <Dialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="sheet-backdrop" />
        <Dialog.Popup className={joinClasses('sheet', `sheet-${place}`)}>
          <div className="sheet-head">
            <Dialog.Title render={<h2 />}>{title}</Dialog.Title>
            <Dialog.Close className="icon-button" aria-label="Close">
              <X size={16} aria-hidden />
            </Dialog.Close>
          </div>
          {children}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
