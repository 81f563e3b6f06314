import { create } from 'zustand';
import type { Playback } from './playback.ts';

/** A recorded run that is shown in place of the engine's, until it is closed. The engine's run goes on meanwhile. */
const store = create<{ readonly opened: Playback | null }>(() => ({ opened: null }));

export const useOpenedPlayback = (): Playback | null => store((state) => state.opened);
export const openedPlayback = (): Playback | null => store.getState().opened;

/** Shows a recording; one that was open is disposed. */
export function openPlayback(playback: Playback): void {
  store.getState().opened?.[Symbol.dispose]();
  store.setState({ opened: playback });
}

export function closePlayback(): void {
  store.getState().opened?.[Symbol.dispose]();
  store.setState({ opened: null });
}
