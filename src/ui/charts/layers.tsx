import { memo, type ReactNode } from 'react';
import { Line, usePlotArea, useXAxisScale, useYAxisScale, ZIndexLayer } from 'recharts';

const still = { type: 'linear', dataKey: 'y', isAnimationActive: false, activeDot: false } as const;
const dots = { r: 2.5, fill: 'var(--ink)', stroke: 'none', clipDot: false } as const;

/** A line that stands still, with a dot at every point. What it crosses is cut by a casing. */
export const PlotLine = memo(function PlotLine({ points }: { readonly points: readonly { readonly x: number; readonly y: number }[] }) {
  return (
    <>
      <Line {...still} data={points} dot={false} stroke="var(--bg)" strokeWidth={5} />
      <Line {...still} data={points} dot={dots} stroke="var(--ink)" strokeWidth={2} />
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
