import { memo, useId } from 'react';
import type { SearchState } from '../../store/run-state.ts';
import type { ChartFrame } from './chart-frame.ts';
import { Axes, ChangeMarks, EndLabels, HoveredCandidate, Lines, MarkedGeneration, ShownClip } from './chart-layers.tsx';
import { CloudCanvas } from './cloud-canvas.tsx';
import type { FitnessSeries, XAxisKind } from './fitness-series.ts';
import { useZoom, type OnZoom } from './use-zoom.ts';

interface Props extends Pick<SearchState, 'changes' | 'chosen'> {
  readonly frame: ChartFrame;
  readonly series: FitnessSeries;
  readonly kind: XAxisKind;
  /** What the parent's line is called. */
  readonly parentName: string;
  /** What it shows, in words. */
  readonly name: string;
  readonly onZoom: OnZoom;
}

/**
 * Fitness over generations, tokens or time. Of a recording all of it is drawn once and shown as far as it stands: what moves while one scrubs is
 * a clip, the names at the ends and the mark, each of which subscribes by itself.
 */
export const FitnessChart = memo(function FitnessChart({ frame, series, kind, changes, chosen, parentName, name, onZoom }: Props) {
  const clip = useId();
  const { drag, handlers } = useZoom(frame, series.ends, onZoom);
  const { width, height, top, bottom } = frame;
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions, jsx-a11y/no-noninteractive-tabindex -- marks and zooms by its own keys; the table says the same
    <div className="fitness-plot" role="group" aria-label={name} tabIndex={0} style={{ height }} {...handlers}>
      <CloudCanvas {...{ frame, series }} />
      <svg className="fitness-drawing" width={width} height={height} aria-hidden>
        <defs>
          <ShownClip id={clip} frame={frame} ends={series.ends} />
        </defs>
        <Axes {...{ frame, kind }} />
        <g clipPath={`url(#${clip})`}>
          <Lines {...{ frame, series }} />
        </g>
        <ChangeMarks {...{ frame, series, changes, chosen }} />
        <EndLabels {...{ frame, series, parentName }} />
        <MarkedGeneration {...{ frame, series }} />
        <HoveredCandidate {...{ frame, series }} />
        {drag && <rect className="fitness-dragged" x={Math.min(...drag)} y={top} width={Math.abs(drag[1] - drag[0])} height={bottom - top} />}
      </svg>
    </div>
  );
});
