import { create } from 'zustand';

/** What can be chosen of how charts and the module axis are shown, the usual first. */
export const displayChoices = {
  /** What the fitness chart runs along. */
  x: ['generation', 'tokens', 'time'],
  /** How its values are spaced. */
  y: ['log', 'linear'],
  layout: ['bands', 'interleaved'],
  /** What cells show; `changes` keeps colour for what differs from the parent. */
  paint: ['levels', 'changes'],
  sort: ['stage', 'id', 'fitness', 'changes'],
  historyMode: ['level', 'times', 'survivors'],
} as const;

type Choices = { readonly [Key in keyof typeof displayChoices]: (typeof displayChoices)[Key][number] };

/** How a run is shown: no part of it, but of a link to what someone is looking at. */
export interface Display extends Choices {
  /** Real tables in place of the drawings of the module axis. Not in the address. */
  readonly table: boolean;
  /** A finished generation that is shown instead of the running one; where the run has none of this number, it is live. */
  readonly viewing: number | null;
}

export type SortOrder = Display['sort'];
export type HistoryMode = Display['historyMode'];

export const defaultDisplay: Display = {
  x: 'generation',
  y: 'log',
  layout: 'bands',
  paint: 'levels',
  sort: 'stage',
  historyMode: 'level',
  table: false,
  viewing: null,
};

export const displayStore = create<Display>(() => defaultDisplay);

/** Subscribes a component to a part of the display. */
export const useDisplay = <T>(selector: (display: Display) => T): T => displayStore(selector);

export const setDisplay = (change: Partial<Display>): void => displayStore.setState(change);

/** For shortcuts. */
export const togglePaint = (): void => displayStore.setState(({ paint }) => ({ paint: paint === 'levels' ? 'changes' : 'levels' }));
export const toggleLayout = (): void => displayStore.setState(({ layout }) => ({ layout: layout === 'bands' ? 'interleaved' : 'bands' }));
export const toggleScale = (): void => displayStore.setState(({ y }) => ({ y: y === 'log' ? 'linear' : 'log' }));

/** One generation earlier or later than what is shown; past the last finished one it is live again. */
export function stepGeneration(by: 1 | -1, finished: number): void {
  displayStore.setState(({ viewing }) => {
    const next = (viewing ?? finished + 1) + by;
    return { viewing: next > finished || finished === 0 ? null : Math.max(1, next) };
  });
}

export const backToLive = (): void => displayStore.setState({ viewing: null });
