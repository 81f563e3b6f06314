import { useLayoutEffect, useRef, type RefObject } from 'react';

/** Rows glide to their place within a generation; those of another one are there at once. */
export function useStillBetween(generation: number): RefObject<HTMLDivElement | null> {
  const ref = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return;
    element.dataset['still'] = String(generation);
    const frame = requestAnimationFrame(() => delete element.dataset['still']);
    return () => cancelAnimationFrame(frame);
  }, [generation]);
  return ref;
}
