import { useEffect } from 'react';
import { isForThePage } from '../shell/shortcuts.ts';
import { backToLive, stepGeneration, toggleLayout, togglePaint } from './axis-view-store.ts';

/** The keys of the module axis: `[` and `]` an earlier or later generation, `\` live, B bands, D changes. `finished`: generations so far. */
export function useAxisKeys(finished: number): void {
  useEffect(() => {
    const actions: Readonly<Record<string, () => void>> = {
      '[': () => stepGeneration(-1, finished),
      ']': () => stepGeneration(1, finished),
      '\\': backToLive,
      b: toggleLayout,
      d: togglePaint,
    };
    const onKeyDown = (event: KeyboardEvent): void => {
      const action = actions[event.key.toLowerCase()];
      if (!action || !isForThePage(event)) return;
      event.preventDefault();
      action();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [finished]);
}
