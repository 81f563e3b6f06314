/** What can be taken back, and what was: states of something before and after the one that is in view. */
export interface Edits<State> {
  /** The newest last. */
  readonly past: readonly State[];
  /** What was undone, the next to be redone first. */
  readonly future: readonly State[];
  /** When the last edit was made, milliseconds. */
  readonly at: number;
}

export const noEdits: Edits<never> = { past: [], future: [], at: Number.NEGATIVE_INFINITY };

/** Edits that follow each other so quickly are one: a slider that is dragged, a button that is held. */
const togetherMilliseconds = 600;
const most = 200;

/** So that the next edit is one of its own. */
export const apart = <State>(edits: Edits<State>): Edits<State> => ({ ...edits, at: Number.NEGATIVE_INFINITY });

/** After an edit of `before`. What was undone earlier cannot be redone any more. */
export function record<State>({ past, at }: Edits<State>, before: State, now: number): Edits<State> {
  const together = now - at < togetherMilliseconds && past.length > 0;
  return { past: together ? past : [...past.slice(1 - most), before], future: [], at: now };
}

/** One step back from `current`; null where there is none. */
export function undo<State>({ past, future }: Edits<State>, current: State): { readonly edits: Edits<State>; readonly state: State } | null {
  const state = past.at(-1);
  if (state === undefined) return null;
  return { state, edits: { past: past.slice(0, -1), future: [current, ...future], at: Number.NEGATIVE_INFINITY } };
}

/** One step forward again; null where nothing was undone. */
export function redo<State>({ past, future }: Edits<State>, current: State): { readonly edits: Edits<State>; readonly state: State } | null {
  const [state, ...later] = future;
  if (state === undefined) return null;
  return { state, edits: { past: [...past, current], future: later, at: Number.NEGATIVE_INFINITY } };
}
