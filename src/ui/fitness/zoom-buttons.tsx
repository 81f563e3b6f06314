import '../parts/button.css';
import type { ChartFrame } from './chart-frame.ts';
import type { FitnessSeries } from './fitness-series.ts';
import { useShown } from './use-shown.ts';
import type { OnZoom } from './use-zoom.ts';
import { movedSpan, scaledSpan } from './zoom-span.ts';

interface Props {
  readonly frame: ChartFrame;
  readonly ends: FitnessSeries['ends'];
  readonly onZoom: OnZoom;
}

/** Zooming without a pointer that drags: to the latest part, along, and back. */
export function ZoomButtons({ frame: { span, whole }, ends, onZoom }: Props) {
  const zoomed = span !== whole;
  const shown = useShown(ends.length - 1);
  const last = Math.min(span.to, ends[shown]?.x ?? 0);
  const button = (text: string, name: string, zoom: () => void) => (
    <button type="button" className="link-button" aria-label={name} onClick={zoom}>
      {text}
    </button>
  );
  return (
    <span className="fitness-zoom" role="group" aria-label="Zoom">
      {button('Zoom in', 'Zoom in, or drag over the chart', () => onZoom(scaledSpan({ from: span.from, to: last || span.to }, last, 0.5, whole)))}
      {zoomed && (
        <>
          {button('Earlier', 'Earlier part', () => onZoom(movedSpan(span, -1, whole)))}
          {button('Later', 'Later part', () => onZoom(movedSpan(span, 1, whole)))}
          {button('All', 'Show all, or double-click the chart', () => onZoom(null))}
        </>
      )}
    </span>
  );
}
