import { create } from 'zustand';

const storageKey = 'single-key-shortcuts';

const initially = (): boolean => {
  try {
    return localStorage.getItem(storageKey) !== 'off';
  } catch {
    return true;
  }
};

const store = create<{ readonly on: boolean }>(() => ({ on: initially() }));

/** Single keys can be switched off: speech input types them by accident. */
export const useSingleKeys = (): boolean => store((state) => state.on);
export const singleKeysOn = (): boolean => store.getState().on;

export function setSingleKeys(on: boolean): void {
  store.setState({ on });
  try {
    if (on) localStorage.removeItem(storageKey);
    else localStorage.setItem(storageKey, 'off');
  } catch {
    // Storage is forbidden: the choice lasts as long as the page.
  }
}

const typing = 'input:not([type="range"]), textarea, select, [contenteditable]';
const steering = 'input[type="range"], [role="slider"]';
const pressing = 'button, a[href], summary, [role="button"], [role="switch"]';

/** Whether a key is meant for the page and not for the element that has the focus. Keys with Ctrl or ⌘ cannot be switched off. */
export function isForThePage(event: KeyboardEvent): boolean {
  if (event.defaultPrevented) return false;
  const target = event.target instanceof Element ? event.target : null;
  if (target?.closest(typing)) return false;
  if (event.ctrlKey || event.metaKey) return true;
  if (!singleKeysOn() || document.querySelector('[role="dialog"]')) return false;
  if (target?.closest(steering) && event.key !== ' ') return false; // a slider has no use for Space: it plays what was scrubbed
  return !((event.key === ' ' || event.key === 'Enter') && target?.closest(pressing));
}
