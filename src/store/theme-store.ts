import { create } from 'zustand';
import { writeParameters } from './address.ts';

export type Theme = 'light' | 'dark';
/** `system` follows the device, also when that changes. */
export type ThemeChoice = Theme | 'system';

const storageKey = 'theme';

interface ThemeState {
  readonly choice: ThemeChoice;
  readonly theme: Theme;
}

const store = create<ThemeState>(() => ({ choice: 'system', theme: 'light' }));

/** The theme in force. */
export const useTheme = (): Theme => store((state) => state.theme);

export const useThemeChoice = (): ThemeChoice => store((state) => state.choice);

export const parseThemeChoice = (text: string | null): ThemeChoice | null =>
  text === 'light' || text === 'dark' || text === 'system' ? text : null;

/** Private windows may forbid storage; the choice then lasts as long as the page. */
function stored(): ThemeChoice | null {
  try {
    return parseThemeChoice(localStorage.getItem(storageKey));
  } catch {
    return null;
  }
}

function remember(choice: ThemeChoice): void {
  try {
    if (choice === 'system') localStorage.removeItem(storageKey);
    else localStorage.setItem(storageKey, choice);
  } catch {
    // see stored()
  }
}

const systemDark = (): MediaQueryList => matchMedia('(prefers-color-scheme: dark)');

function apply(choice: ThemeChoice): void {
  const theme = choice === 'system' ? (systemDark().matches ? 'dark' : 'light') : choice;
  document.documentElement.dataset['theme'] = theme;
  // The browser's own bars follow the page, also where it differs from the device.
  const background = getComputedStyle(document.documentElement).getPropertyValue('--bg').trim();
  for (const meta of document.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]')) meta.content = background;
  store.setState({ choice, theme });
}

/** A choice is stored, and takes the place of one that the address named. */
export function chooseTheme(choice: ThemeChoice): void {
  remember(choice);
  writeParameters({ theme: null });
  apply(choice);
}

/** A theme named in the address wins over the stored choice, and is not stored. */
export function startTheme(fromAddress: ThemeChoice | null): void {
  apply(fromAddress ?? stored() ?? 'system');
  systemDark().addEventListener('change', () => apply(store.getState().choice));
}
