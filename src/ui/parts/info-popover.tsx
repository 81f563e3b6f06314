import { Popover } from '@base-ui/react/popover';
import type { ReactElement, ReactNode } from 'react';
import './info-popover.css';

interface Props {
  /** The element that opens it. */
  readonly trigger: ReactElement;
  readonly title: string;
  readonly children: ReactNode;
}

/** Facts behind a chip; opens on click or Enter. */
export function InfoPopover({ trigger, title, children }: Props) {
  return (
    <Popover.Root>
      <Popover.Trigger render={trigger} />
      <Popover.Portal>
        <Popover.Positioner sideOffset={6} align="end" collisionPadding={8} className="info-popover-place">
          <Popover.Popup className="info-popover">
            <Popover.Title render={<h2 />} className="info-popover-title">
              {title}
            </Popover.Title>
            {children}
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
