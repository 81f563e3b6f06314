import { go } from '../../store/view-store.ts';
import { openSheet } from '../shell/open-sheet.ts';
import { BrandMark } from './brand-mark.tsx';
import { CopyLink } from './copy-link.tsx';
import { DeviceChip } from './device-chip.tsx';
import './header.css';
import { MemoryMeter } from './memory-meter.tsx';
import { ModelChip } from './model-chip.tsx';
import { ThemeMenu } from './theme-menu.tsx';
import { onPlainPress, ViewLinks } from './view-links.tsx';

/** Brand, the views, what runs where, link, theme and keys. */
export function Header() {
  return (
    <header className="header">
      <h1>
        <a className="brand" href="./" onClick={onPlainPress(() => go({ view: 'search', candidate: null }))}>
          <BrandMark />
          DarwinLM Web
        </a>
      </h1>
      <ViewLinks />
      <span className="header-space" />
      <div className="chips">
        <ModelChip />
        <DeviceChip />
        <MemoryMeter />
      </div>
      <div className="header-tools">
        <CopyLink />
        <ThemeMenu />
        <button type="button" className="icon-button" aria-label="Keyboard shortcuts" title="Keyboard shortcuts (?)" onClick={() => openSheet('shortcuts')}>
          <span className="header-question" aria-hidden>
            ?
          </span>
        </button>
      </div>
    </header>
  );
}
