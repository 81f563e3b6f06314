import type { Span } from './fitness-domain.ts';

/** Least part of the whole that can be zoomed to. */
const deepest = 1 / 500;

/** A span within the whole, as long as it is where there is room; null where it is the whole. */
function within({ from, to }: Span, whole: Span): Span | null {
  const length = Math.max(to - from, (whole.to - whole.from) * deepest);
  if (length >= whole.to - whole.from) return null;
  const start = Math.min(whole.to - length, Math.max(whole.from, from));
  return { from: start, to: start + length };
}

/** What was dragged over, in either direction. */
export const draggedSpan = (a: number, b: number, whole: Span): Span | null => within({ from: Math.min(a, b), to: Math.max(a, b) }, whole);

/** `factor` times as long, with `place` where it was. */
export function scaledSpan({ from, to }: Span, place: number, factor: number, whole: Span): Span | null {
  return within({ from: place - (place - from) * factor, to: place + (to - place) * factor }, whole);
}

/** Half its length earlier (-1) or later (1). */
export function movedSpan({ from, to }: Span, by: 1 | -1, whole: Span): Span | null {
  const step = (by * (to - from)) / 2;
  return within({ from: from + step, to: to + step }, whole);
}
