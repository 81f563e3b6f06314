import { Switch } from '@base-ui/react/switch';
import { Sheet } from '../parts/sheet.tsx';
import { setSingleKeys, useSingleKeys } from './shortcuts.ts';

const keys: readonly (readonly [keys: readonly string[], what: string])[] = [
  [['Space'], 'Start, pause, resume'],
  [['.'], 'Step: to the end of the next stage'],
  [['S'], 'Settings'],
  [['↑', '↓', 'J', 'K'], 'Candidate'],
  [['←', '→'], 'Module in the row'],
  [['[', ']'], 'Earlier, later generation'],
  [['\\'], 'Back to live'],
  [['B'], 'Bands or interleaved'],
  [['D'], 'Levels or changes'],
  [['L'], 'Logarithmic or linear axis'],
  [['T'], 'Table of the focused chart'],
  [['Esc'], 'Close, clear'],
  [['?'], 'This list'],
];

/** Every key, and the switch that turns the single ones off. */
export function ShortcutsSheet({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  const on = useSingleKeys();
  return (
    <Sheet open={open} onClose={onClose} title="Keyboard" place="middle">
      <div className="sheet-body">
        <table className="shortcuts">
          <tbody>
            {keys.map(([names, what]) => (
              <tr key={what}>
                <th scope="row">
                  {names.map((name) => (
                    <kbd key={name}>{name}</kbd>
                  ))}
                </th>
                <td>{what}</td>
              </tr>
            ))}
          </tbody>
        </table>
        <div className="shortcuts-switch">
          <Switch.Root className="switch" aria-labelledby="single-keys" checked={on} onCheckedChange={setSingleKeys}>
            <Switch.Thumb className="switch-thumb" />
          </Switch.Root>
          <span id="single-keys">Single keys act on the page</span>
        </div>
      </div>
    </Sheet>
  );
}
