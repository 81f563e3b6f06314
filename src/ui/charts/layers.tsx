import { memo, type ReactNode } from 'react';
import { Line, usePlotArea, useXAxisScale, useYAxisScale, ZIndexLayer } from 'recharts';

/** A point of a line; without a value it lifts the line. */
export interface LinePoint {
  readonly x: number;
  readonly y: number | null;
}

interface LineProps {
  readonly points: readonly LinePoint[];
  readonly type: 'linear' | 'stepAfter';
  readonly colour: string;
  readonly width?: number;
  readonly dash?: string | undefined;
  /** In the page's colour around it, so that lines that cross can be told apart. */
  readonly cased?: boolean;
  /** A dot at every point. */
  readonly dots?: boolean;
}

const still = { dataKey: 'y', isAnimationActive: false, activeDot: false } as const;

/** A line that stands still. */
export const PlotLine = memo(function PlotLine({ points, type, colour, width = 2, dash = 'none', cased = false, dots = false }: LineProps) {
  return (
    <>
      {cased && <Line {...still} data={points} type={type} dot={false} stroke="var(--bg)" strokeWidth={5} />}
      <Line {...still} data={points} type={type} dot={dots ? { r: 2.5, fill: colour, stroke: 'none', clipDot: false } : false} stroke={colour} strokeWidth={width} strokeDasharray={dash} />
    </>
  );
});

/** Over lines and axes, which the library puts at 400 and 500. */
const overLines = 1500;

interface Places {
  readonly x: (place: number) => number;
  readonly y: (value: number) => number;
  readonly top: number;
  readonly bottom: number;
}

/** What is drawn by hand among the lines, told where places and values lie. */
export function PlotLayer({ children }: { readonly children: (places: Places) => ReactNode }) {
  const area = usePlotArea();
  const x = useXAxisScale();
  const y = useYAxisScale();
  if (!area || !x || !y) return null;
  return children({ x: (place) => x(place) ?? Number.NaN, y: (value) => y(value) ?? Number.NaN, top: area.y, bottom: area.y + area.height });
}

/** The same over lines and axes. */
export function OverLines({ children }: { readonly children: (places: Places) => ReactNode }) {
  return (
    <ZIndexLayer zIndex={overLines}>
      <PlotLayer>{children}</PlotLayer>
    </ZIndexLayer>
  );
}
