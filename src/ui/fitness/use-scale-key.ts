import { useEffect, type Dispatch, type SetStateAction } from 'react';
import { isForThePage } from '../shell/shortcuts.ts';
import type { YScale } from './fitness-domain.ts';

/** L: logarithmic or linear values. */
export function useScaleKey(setScale: Dispatch<SetStateAction<YScale>>): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() !== 'l' || !isForThePage(event)) return;
      event.preventDefault();
      setScale((scale) => (scale === 'log' ? 'linear' : 'log'));
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [setScale]);
}
