import { create } from 'zustand';
import type { Playback } from './playback.ts';
import type { RunWatch } from './runs/run-watch.ts';

/** A run that is shown in place of the engine's, until it is closed: one that was recorded, or one that another tab has. The engine's goes on meanwhile. */
interface Opened {
  readonly opened: Playback | null;
  readonly watched: RunWatch | null;
}

const nothing: Opened = { opened: null, watched: null };
const store = create<Opened>(() => nothing);

export const useOpenedPlayback = (): Playback | null => store((state) => state.opened);
export const useWatchedRun = (): RunWatch | null => store((state) => state.watched);

/** Where the run that is shown in place of the engine's is read; null while the engine's is shown. */
const sourceOf = ({ opened, watched }: Opened) => opened?.store ?? watched?.store ?? null;
export const useOtherRun = (): ReturnType<typeof sourceOf> => store(sourceOf);
export const otherRun = (): ReturnType<typeof sourceOf> => sourceOf(store.getState());

function show(next: Opened): void {
  const { opened, watched } = store.getState();
  opened?.[Symbol.dispose]();
  watched?.[Symbol.dispose]();
  store.setState(next);
}

/** Shows a recording; what was open is disposed. */
export const openPlayback = (playback: Playback): void => show({ ...nothing, opened: playback });

/** Shows a run of another tab; what was open is disposed. */
export const openWatch = (watch: RunWatch): void => show({ ...nothing, watched: watch });

export const closePlayback = (): void => show(nothing);
