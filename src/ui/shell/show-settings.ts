import { go, placeNow } from '../../store/view-store.ts';
import { openSheet } from './open-sheet.ts';

/** Settings beside the page, where there is room for them; else they are a drawer. */
const rail = '#settings button';

/** Puts the settings in view: the rail takes the focus, or the drawer opens. */
export function showSettings(): void {
  if (placeNow().view !== 'search') go({ view: 'search', candidate: null });
  requestAnimationFrame(() => {
    const first = document.querySelector<HTMLElement>(rail);
    if (first) first.focus();
    else openSheet('settings');
  });
}
