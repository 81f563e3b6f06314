import { create } from 'zustand';
import type { Waiting } from '../../base/waiting.ts';

/** A run that is being read, from the storage or from a file, and for longer than anybody overlooks. */
export interface Reading {
  /** Another for each. */
  readonly id: number;
  readonly verb: 'Opening' | 'Importing';
  /** Of the run, or of the file. */
  readonly name: string;
  /** How much of it is done, from 0 to 1. */
  readonly share: number;
  /** About, judged by how it went so far; null until that can be said. */
  readonly secondsLeft: number | null;
  /** Aborted, it ends. */
  readonly end: AbortController;
}

/** What is over sooner is not told of, in milliseconds. */
const patience = 300;

export const readingStore = create<{ readonly readings: readonly Reading[] }>(() => ({ readings: [] }));

export const useReadings = (): readonly Reading[] => readingStore(({ readings }) => readings);
export const useIsReading = (): boolean => readingStore(({ readings }) => readings.length > 0);

/** In the place of what was told of the same before; null: it is over. */
function put(id: number, reading: Reading | null): void {
  const { readings } = readingStore.getState();
  const known = readings.some((other) => other.id === id);
  const now = readings.flatMap((other) => (other.id === id ? (reading ?? []) : other));
  readingStore.setState({ readings: known || !reading ? now : [...now, reading] });
}

let last = 0;

const secondsLeft = (share: number, milliseconds: number): number | null => (share < 0.05 ? null : ((milliseconds / 1000) * (1 - share)) / share);

/**
 * Does `work`, and tells how far it is where it takes longer than 0.3 s. Null where it threw after the reader had ended it; what was done in spite
 * of that is done. Throws what `work` throws otherwise.
 */
export async function whileTold<T>({ verb, name, end = new AbortController() }: Pick<Reading, 'verb' | 'name'> & Partial<Pick<Reading, 'end'>>, work: (waiting: Waiting) => Promise<T>): Promise<T | null> {
  const id = ++last;
  const began = performance.now();
  let share = 0;
  let shown = false;
  const show = (): void => put(id, { id, verb, name, share, secondsLeft: secondsLeft(share, performance.now() - began), end });
  const timer = setTimeout(() => {
    shown = true;
    show();
  }, patience);
  const onShare = (now: number): void => {
    const another = Math.floor(now * 100) > Math.floor(share * 100);
    share = now;
    if (shown && another) show();
  };
  const close = (): void => {
    clearTimeout(timer);
    if (shown) put(id, null);
    shown = false;
  };
  end.signal.addEventListener('abort', close); // at once: the work hears of it at its next step
  try {
    return await work({ signal: end.signal, onShare });
  } catch (error) {
    if (end.signal.aborted) return null;
    throw error;
  } finally {
    close();
  }
}
