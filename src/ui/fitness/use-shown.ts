import { useDisplay } from '../../store/display-store.ts';
import { useHover } from '../../store/hover-store.ts';
import { useRun } from '../../store/use-run.ts';

/** How many generations are over: of a recording where it stands, of `known` ones at most. */
export const useShown = (known: number): number => Math.min(known, useRun((run) => run.search?.history.length ?? 0));

/** The generation that is marked: under the pointer anywhere, else the one that is looked back at; null where it is not over yet. */
export function useMarked(shown: number): number | null {
  const hovered = useHover((hover) => hover.generation);
  const viewing = useDisplay((display) => display.viewing);
  const marked = hovered ?? viewing;
  return marked !== null && marked >= 1 && marked <= shown ? marked : null;
}
