import { Switch } from '@base-ui/react/switch';
import { Sheet } from '../parts/sheet.tsx';
import { keyNames, keyTable, type KeyName } from './keys.ts';
import { setSingleKeys, useSingleKeys } from './shortcuts.ts';
import './shortcuts-sheet.css';

/** Halves of the list, which lie side by side where there is room. */
const half = Math.ceil(keyNames.length / 2);
const columns: readonly (readonly KeyName[])[] = [keyNames.slice(0, half), keyNames.slice(half)];

/** Every key, and the switch that turns the single ones off. */
export function ShortcutsSheet({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  const on = useSingleKeys();
  return (
    <Sheet open={open} onClose={onClose} title="Keyboard" place="wide">
      <div className="shortcuts-body">
        <div className="shortcuts-columns">
          {columns.map((names, index) => (
            <table key={index === 0 ? 'first' : 'second'} className="shortcuts">
              <tbody>
                {names.map((name) => (
                  <tr key={name}>
                    <th scope="row">
                      <kbd>{keyTable[name].shown}</kbd>
                    </th>
                    <td>{keyTable[name].what}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          ))}
        </div>
        <div className="shortcuts-switch">
          <Switch.Root className="switch" aria-labelledby="single-keys" checked={on} onCheckedChange={setSingleKeys}>
            <Switch.Thumb className="switch-thumb" />
          </Switch.Root>
          <span id="single-keys">Single keys act on the page, outside of text fields</span>
        </div>
      </div>
    </Sheet>
  );
}
