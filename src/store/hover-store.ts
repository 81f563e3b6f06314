import { create } from 'zustand';

/** What the pointer or the keyboard rests on; every view that shows the same thing marks it. */
export interface Hover {
  /** Index in genome order. */
  readonly module: number | null;
  /** Id, for instance `47.02`. */
  readonly candidate: string | null;
  /** Number of a finished generation. */
  readonly generation: number | null;
}

const nothing: Hover = { module: null, candidate: null, generation: null };

const store = create<Hover>(() => nothing);

/** Subscribes a component to a part of the hover. */
export const useHover = <T>(selector: (hover: Hover) => T): T => store(selector);

export const hoverNow = (): Hover => store.getState();

/** Sets some fields and leaves the others; no redraw where nothing changes. */
export function setHover(change: Partial<Hover>): void {
  const before = store.getState();
  const after = { ...before, ...change };
  if (after.module !== before.module || after.candidate !== before.candidate || after.generation !== before.generation) {
    store.setState(after);
  }
}

export const clearHover = (): void => setHover(nothing);
