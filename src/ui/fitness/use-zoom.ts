import { useState, type KeyboardEvent, type PointerEvent } from 'react';
import { hoverNow, setHover } from '../../store/hover-store.ts';
import { nearestGeneration, type ChartFrame } from './chart-frame.ts';
import type { Span } from './fitness-domain.ts';
import type { FitnessSeries } from './fitness-series.ts';
import { draggedSpan, scaledSpan } from './zoom-span.ts';

/** Pixels that a pointer has to be moved before it drags. */
const slack = 6;

export type OnZoom = (span: Span | null) => void;

const pixelOf = (event: PointerEvent<HTMLElement>): number => event.clientX - event.currentTarget.getBoundingClientRect().left;

/** Dragging zooms, a double click shows all again. Pointing marks a generation, and so do the arrow keys; + and − zoom around it. */
export function useZoom(frame: ChartFrame, ends: FitnessSeries['ends'], onZoom: OnZoom) {
  /** Pixels where a drag began and where it is. */
  const [drag, setDrag] = useState<readonly [from: number, to: number] | null>(null);
  const mark = (generation: number | null): void => setHover({ generation, candidate: null });
  const zoomBy = (factor: number): void => {
    const place = ends[hoverNow().generation ?? ends.length - 1]?.x ?? 0;
    onZoom(scaledSpan(frame.span, Math.min(frame.span.to, Math.max(frame.span.from, place)), factor, frame.whole));
  };
  const markFrom = (by: number): void => mark(Math.min(ends.length - 1, Math.max(1, (hoverNow().generation ?? ends.length - 1) + by)));
  const keys: Readonly<Record<string, () => void>> = {
    ArrowLeft: () => markFrom(-1),
    ArrowRight: () => markFrom(1),
    Home: () => mark(1),
    End: () => mark(ends.length - 1),
    '+': () => zoomBy(0.5),
    '=': () => zoomBy(0.5),
    '-': () => zoomBy(2),
    Escape: () => (frame.span === frame.whole ? mark(null) : onZoom(null)),
  };
  const handlers = {
    onPointerDown: (event: PointerEvent<HTMLElement>): void => {
      const pixel = pixelOf(event);
      if (event.button === 0 && pixel >= frame.left && pixel <= frame.right) setDrag([pixel, pixel]);
    },
    onPointerMove: (event: PointerEvent<HTMLElement>): void => {
      const pixel = pixelOf(event);
      if (drag && event.buttons === 0) setDrag(null); // let go beside the chart
      else if (drag) {
        setDrag([drag[0], pixel]);
        event.currentTarget.setPointerCapture(event.pointerId);
      }
      const over = pixel >= frame.left && pixel <= frame.right;
      mark(over ? nearestGeneration(ends, frame.placeAt(pixel)) : null);
    },
    onPointerUp: (): void => {
      if (drag && Math.abs(drag[1] - drag[0]) > slack) onZoom(draggedSpan(frame.placeAt(drag[0]), frame.placeAt(drag[1]), frame.whole));
      setDrag(null);
    },
    onPointerCancel: (): void => setDrag(null),
    onPointerLeave: (): void => mark(null),
    onBlur: (): void => mark(null),
    onDoubleClick: (): void => onZoom(null),
    onKeyDown: (event: KeyboardEvent): void => {
      const act = event.ctrlKey || event.metaKey || event.altKey ? undefined : keys[event.key];
      if (!act) return;
      event.preventDefault();
      act();
    },
  };
  return { drag: drag && Math.abs(drag[1] - drag[0]) > slack ? drag : null, handlers };
}
