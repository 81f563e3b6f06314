import { useSyncExternalStore } from 'react';

export interface Viewport {
  readonly width: number;
  readonly height: number;
  /** Device pixels a CSS pixel; changes with zoom, which also resizes. */
  readonly pixelRatio: number;
}

let current: Viewport = { width: 0, height: 0, pixelRatio: 1 };

function read(): Viewport {
  const { innerWidth: width, innerHeight: height, devicePixelRatio: pixelRatio } = window;
  if (width !== current.width || height !== current.height || pixelRatio !== current.pixelRatio) current = { width, height, pixelRatio };
  return current;
}

function subscribe(changed: () => void): () => void {
  window.addEventListener('resize', changed);
  return () => window.removeEventListener('resize', changed);
}

/** The size of the window. */
export const useViewport = (): Viewport => useSyncExternalStore(subscribe, read);
