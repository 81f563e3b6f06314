import { useSyncExternalStore } from 'react';

interface Media {
  readonly subscribe: (changed: () => void) => () => void;
  readonly holds: () => boolean;
}

const known = new Map<string, Media>();

/** One list a query: asking the browser anew at every render takes longer than the render. */
function mediaOf(query: string): Media {
  const media = known.get(query);
  if (media) return media;
  const list = matchMedia(query);
  const made: Media = {
    subscribe: (changed) => {
      list.addEventListener('change', changed);
      return () => list.removeEventListener('change', changed);
    },
    holds: () => list.matches,
  };
  known.set(query, made);
  return made;
}

/** Whether a media query holds now. */
export function useMedia(query: string): boolean {
  const { subscribe, holds } = mediaOf(query);
  return useSyncExternalStore(subscribe, holds);
}
