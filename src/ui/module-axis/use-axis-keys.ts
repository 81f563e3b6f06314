import { backToLive, stepGeneration, toggleLayout, togglePaint } from '../../store/display-store.ts';
import { clearHover, hoverNow } from '../../store/hover-store.ts';
import { setComparing, togglePin } from '../../store/pinned-candidates.ts';
import { useRun } from '../../store/use-run.ts';
import { useKeys } from '../shell/use-keys.ts';

/**
 * The keys of the module axis: an earlier or later generation, live, bands, changes; and of the candidate that is pointed at.
 * `finished`: generations so far. `onOpen` is null where there is no place for a candidate.
 */
export function useAxisKeys(finished: number, onOpen: ((id: string) => void) | null): void {
  const run = useRun((state) => state.startedAt);
  const pointed = (act: (id: string) => void) => () => {
    const { candidate } = hoverNow();
    if (candidate === null || onOpen === null) return false;
    act(candidate);
    return true;
  };
  useKeys({
    earlier: () => stepGeneration(-1, finished),
    later: () => stepGeneration(1, finished),
    live: backToLive,
    layout: toggleLayout,
    changes: togglePaint,
    open: pointed((id) => onOpen?.(id)),
    pin: pointed((id) => run !== null && togglePin(run, id)),
    compare: pointed((id) => {
      setComparing(true);
      onOpen?.(id);
    }),
    close: () => {
      clearHover();
      return false;
    },
  });
}
