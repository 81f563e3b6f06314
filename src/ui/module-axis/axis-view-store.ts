import { create } from 'zustand';

/** How the module axis is shown; not part of the run. */
export interface AxisView {
  /** `changes` keeps colour for what differs from the parent. */
  readonly paint: 'levels' | 'changes';
  readonly layout: 'bands' | 'interleaved';
  readonly sort: SortOrder;
  readonly historyMode: HistoryMode;
  /** Real tables in place of the drawings. */
  readonly table: boolean;
  /** A finished generation that is shown instead of the running one. */
  readonly viewing: number | null;
}

export type SortOrder = 'stage' | 'id' | 'fitness' | 'changes';
export type HistoryMode = 'level' | 'times' | 'survivors';

const store = create<AxisView>(() => ({
  paint: 'levels',
  layout: 'bands',
  sort: 'stage',
  historyMode: 'level',
  table: false,
  viewing: null,
}));

/** Subscribes a component to a part of the view. */
export const useAxisView = <T>(selector: (view: AxisView) => T): T => store(selector);

export const setAxisView = (change: Partial<AxisView>): void => store.setState(change);

/** For shortcuts. */
export const togglePaint = (): void => store.setState(({ paint }) => ({ paint: paint === 'levels' ? 'changes' : 'levels' }));
export const toggleLayout = (): void => store.setState(({ layout }) => ({ layout: layout === 'bands' ? 'interleaved' : 'bands' }));
export const toggleAxisTable = (): void => store.setState(({ table }) => ({ table: !table }));

/** One generation earlier or later than what is shown; past the last finished one it is live again. */
export function stepGeneration(by: 1 | -1, finished: number): void {
  store.setState(({ viewing }) => {
    const next = (viewing ?? finished + 1) + by;
    return { viewing: next > finished || finished === 0 ? null : Math.max(1, next) };
  });
}
export const backToLive = (): void => store.setState({ viewing: null });
