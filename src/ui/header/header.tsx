import { Contrast } from 'lucide-react';
import { toggleTheme, useTheme } from '../../store/theme-store.ts';
import { BrandMark } from './brand-mark.tsx';
import { DeviceChip } from './device-chip.tsx';
import './header.css';
import { MemoryMeter } from './memory-meter.tsx';
import { ModelChip } from './model-chip.tsx';
import { ViewLinks } from './view-links.tsx';

/** Brand, what runs where, theme and keys. */
export function Header({ onShortcuts }: { readonly onShortcuts: () => void }) {
  return (
    <header className="header">
      <div className="brand">
        <BrandMark />
        <h1>DarwinLM Web</h1>
      </div>
      <ViewLinks />
      <span className="header-space" />
      <div className="chips">
        <ModelChip />
        <DeviceChip />
        <MemoryMeter />
      </div>
      <div className="header-tools">
        <ThemeToggle />
        <button type="button" className="icon-button" aria-label="Keyboard shortcuts" title="Keyboard shortcuts (?)" onClick={onShortcuts}>
          <span className="header-question" aria-hidden>?</span>
        </button>
      </div>
    </header>
  );
}

function ThemeToggle() {
  const dark = useTheme() === 'dark';
  const label = dark ? 'Use the light theme' : 'Use the dark theme';
  return (
    <button type="button" className="icon-button" aria-label={label} title={label} onClick={toggleTheme}>
      <Contrast size={15} aria-hidden />
    </button>
  );
}
