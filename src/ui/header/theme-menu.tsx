import { Contrast } from 'lucide-react';
import { chooseTheme, useThemeChoice, type ThemeChoice } from '../../store/theme-store.ts';
import { InfoPopover } from '../parts/info-popover.tsx';
import { Segmented } from '../parts/segmented.tsx';

const options = [
  { value: 'system', label: 'System' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
] as const satisfies readonly { readonly value: ThemeChoice; readonly label: string }[];

/** The device's theme, or one of one's own. */
export function ThemeMenu() {
  const choice = useThemeChoice();
  const trigger = (
    <button type="button" className="icon-button" aria-label="Theme" title="Theme">
      <Contrast size={15} aria-hidden />
    </button>
  );
  return (
    <InfoPopover trigger={trigger} title="Theme">
      <Segmented wide label="Theme" value={choice} options={options} onChange={chooseTheme} />
      <p>System follows this device. A choice is kept in this browser.</p>
    </InfoPopover>
  );
}
