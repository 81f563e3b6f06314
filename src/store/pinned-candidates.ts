import { create } from 'zustand';

/** As many are compared side by side. */
export const mostPinned = 4;

const storageKey = 'pinned-candidates';

type Pinned = Readonly<Record<string, readonly string[]>>;

/** What was stored; a foreign or broken value is as none. */
export function readPinned(text: string | null): Pinned {
  try {
    const value: unknown = JSON.parse(text ?? '{}');
    if (typeof value !== 'object' || value === null) return {};
    return Object.fromEntries(
      Object.entries(value).map(([run, ids]) => [run, Array.isArray(ids) ? ids.filter((id): id is string => typeof id === 'string').slice(0, mostPinned) : []]),
    );
  } catch {
    return {};
  }
}

function stored(): Pinned {
  try {
    return readPinned(sessionStorage.getItem(storageKey));
  } catch {
    return {}; // storage is forbidden
  }
}

const store = create<{ readonly pinned: Pinned; readonly comparing: boolean }>(() => ({ pinned: stored(), comparing: false }));
const none: readonly string[] = [];

const pinnedOf = (run: string | null): readonly string[] => (run === null ? none : (store.getState().pinned[run] ?? none));

/** Ids of the pinned candidates of a run, which is known by when it began. */
export const usePinned = (run: string | null): readonly string[] => store(({ pinned }) => (run === null ? none : (pinned[run] ?? none)));

/** Whether the open candidate is shown beside its parent and the pinned ones. */
export const useComparing = (): boolean => store((state) => state.comparing);
export const setComparing = (comparing: boolean): void => store.setState({ comparing });
export const toggleComparing = (): void => store.setState(({ comparing }) => ({ comparing: !comparing }));

/** Pins a candidate or takes the pin away; false where there is no room for another. */
export function togglePin(run: string, id: string): boolean {
  const before = pinnedOf(run);
  if (!before.includes(id) && before.length >= mostPinned) return false;
  const after = before.includes(id) ? before.filter((other) => other !== id) : [...before, id];
  store.setState(({ pinned }) => ({ pinned: { ...pinned, [run]: after } }));
  try {
    sessionStorage.setItem(storageKey, JSON.stringify(store.getState().pinned));
  } catch {
    // Storage is forbidden: pins last as long as the page.
  }
  return true;
}
