import type { PointerEvent, ReactNode } from 'react';
import { CartesianGrid, ComposedChart, XAxis, YAxis } from 'recharts';
import type { Domain, YScale } from '../fitness/fitness-domain.ts';
import { useGradual } from '../parts/use-gradual.ts';
import { placeAt, type PlotFrame } from './plot-frame.ts';
import './plot.css';

/** The axis under the lines, from 0 on. */
export interface PlaceAxis {
  readonly end: number;
  readonly ticks: readonly number[];
  readonly format: (place: number) => string;
}

/** The axis of values. */
export interface ValueAxis {
  readonly scale: YScale;
  readonly domain: Domain;
  readonly ticks: readonly number[];
  /** As they are, unless it is told. */
  readonly format?: (value: number) => string;
}

interface Props {
  /** What it shows, in words. */
  readonly name: string;
  readonly frame: PlotFrame;
  readonly places: PlaceAxis;
  readonly values: ValueAxis;
  /** What lies in the plot, from the back to the front; drawn one after the other the first time. */
  readonly layers: readonly ReactNode[];
  /** Hears where the pointer is; null beside the plot. */
  readonly onPlace?: (place: number | null) => void;
}

const axisText = { fill: 'var(--ink3)' } as const;
const crisp = { shapeRendering: 'crispEdges' } as const;
const formatValue = (value: number): string => String(value);

/** A chart of lines over places: the look of axes and grid that all of them share. */
export function Plot({ name, frame, places, values, layers, onPlace }: Props) {
  const { width, height, left, right, top, bottom } = frame;
  const drawn = useGradual(layers.length + 1); // the frame, axes, then the layers: at once they would take the main thread for too long
  const onPointerMove = (event: PointerEvent<HTMLElement>): void => onPlace?.(placeAt(frame, places.end, event.clientX - event.currentTarget.getBoundingClientRect().left));
  return (
    <div className="plot figures" role="img" aria-label={name} style={{ height }} onPointerMove={onPointerMove} onPointerLeave={() => onPlace?.(null)}>
      <ComposedChart width={width} height={height} margin={{ top, right: width - right, bottom: 0, left: 0 }} accessibilityLayer={false}>
        {drawn >= 1 && (
          <>
            <XAxis type="number" dataKey="x" domain={[0, places.end]} ticks={places.ticks} tickFormatter={places.format} tick={axisText} tickLine={false} axisLine={crisp} height={height - bottom} interval={0} stroke="var(--edge)" allowDataOverflow />
            <YAxis scale={values.scale} domain={[values.domain.least, values.domain.most]} ticks={values.ticks} tickFormatter={values.format ?? formatValue} tick={axisText} tickLine={false} axisLine={false} width={left} interval={0} allowDataOverflow />
            <CartesianGrid vertical={false} horizontalValues={[...values.ticks]} stroke="var(--line2)" {...crisp} />
          </>
        )}
        {layers.slice(0, Math.max(0, drawn - 1))}
      </ComposedChart>
    </div>
  );
}
