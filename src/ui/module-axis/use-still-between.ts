import { useLayoutEffect, useRef, type RefObject } from 'react';
import { useIsLive } from '../../store/use-run.ts';

/**
 * Rows glide to their place within a generation; those of another one are there at once. In a recording all are: played ten
 * times as fast they would never come to rest.
 */
export function useStillBetween(generation: number): RefObject<HTMLDivElement | null> {
  const ref = useRef<HTMLDivElement>(null);
  const live = useIsLive();
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return;
    element.dataset['still'] = String(generation);
    if (!live) return;
    const frame = requestAnimationFrame(() => delete element.dataset['still']);
    return () => cancelAnimationFrame(frame);
  }, [generation, live]);
  return ref;
}
