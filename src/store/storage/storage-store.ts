import { create } from 'zustand';
import type { Explanation } from '../../base/explained-error.ts';
import type { Lost } from './kept-note.ts';
import { forgetLost } from './lost-note.ts';
import type { StoredThing } from './stored-things.ts';

/** What the page keeps in this browser, as the storage sheet shows it. */
export interface StoredState {
  /** Null until it was looked at. */
  readonly things: readonly StoredThing[] | null;
  /** Being deleted. */
  readonly removing: boolean;
  /** Bytes that were deleted since the sheet was opened. */
  readonly freed: number;
  /** Why something could not be looked at or deleted; the last few. */
  readonly problems: readonly Explanation[];
  /** What the browser cleared without being asked; null where nothing is missing. */
  readonly lost: Lost | null;
}

/** Written only by the folder that it lies in. */
export const storedStore = create<StoredState>(() => ({ things: null, removing: false, freed: 0, problems: [], lost: null }));

export const useStored = <T>(selector: (stored: StoredState) => T): T => storedStore(selector);

/** The message about what was cleared was read. Done at once, and not when a chunk has come: the page may be left right after. */
export function closeLost(): void {
  forgetLost();
  storedStore.setState({ lost: null });
}
