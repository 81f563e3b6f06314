import { Menu } from '@base-ui/react/menu';
import { Ellipsis } from 'lucide-react';
import type { ReactNode } from 'react';
import type { StoredRun } from '../../store/runs/stored-run.ts';
import './run-menu.css';

/** What can be done with a run, beside pinning and renaming it. */
export type RunDeed = 'open' | 'resume' | 'discard' | 'again' | 'events' | 'curve' | 'delete';

interface Props {
  readonly run: StoredRun;
  /** It is under way in some tab. */
  readonly alive: boolean;
  /** It is under way in another tab. */
  readonly elsewhere: boolean;
  /** It was interrupted, and what it can go on from is there. */
  readonly saved: boolean;
  readonly onDeed: (run: StoredRun, deed: RunDeed) => void;
  readonly onRename: () => void;
}

/** Everything that can be done with a run. */
export function RunMenu({ run, alive, elsewhere, saved, onDeed, onRename }: Props) {
  const item = (deed: RunDeed, words: ReactNode, disabled = false) => (
    <Menu.Item className="run-menu-item" disabled={disabled} onClick={() => onDeed(run, deed)}>
      {words}
    </Menu.Item>
  );
  return (
    <Menu.Root modal={false}>
      <Menu.Trigger className="icon-button" aria-label={`More on ${run.name}`} title="More">
        <Ellipsis size={15} aria-hidden />
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner align="end" sideOffset={4} collisionPadding={8} className="run-menu-place">
          {/* The name's field takes the focus; else it goes back to the button. */}
          <Menu.Popup className="run-menu">
            {item('open', elsewhere ? 'Watch' : 'Open')}
            {item('again', 'Use its settings again')}
            <Menu.Item className="run-menu-item" onClick={onRename}>
              Rename
            </Menu.Item>
            <Menu.Separator className="run-menu-line" />
            {item('events', 'Save events.jsonl')}
            {item('curve', 'Save its curve as CSV', run.curve.fitness.length === 0)}
            <Menu.Separator className="run-menu-line" />
            {saved && item('discard', 'Discard what it could go on from…')}
            {item('delete', alive ? 'Delete (it is under way)' : 'Delete', alive)}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
