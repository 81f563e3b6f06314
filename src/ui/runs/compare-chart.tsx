import { createContext, memo, useContext, useMemo } from 'react';
import { OverLines, PlotLayer } from '../charts/layers.tsx';
import { plotFrame } from '../charts/plot-frame.ts';
import { Plot } from '../charts/plot.tsx';
import { stepPath } from '../charts/step-path.ts';
import { linearTicks, valueTicks, type YScale } from '../fitness/fitness-domain.ts';
import type { XAxisKind } from '../fitness/fitness-series.ts';
import { placeFormats } from '../format/place-formats.ts';
import { compareDomain, endOf, labelHeights, placeAxis } from './compare-curves.ts';
import type { ComparedLine } from './compared-runs.ts';

interface ChartProps {
  readonly lines: readonly ComparedLine[];
  readonly kind: XAxisKind;
  readonly scale: YScale;
  readonly width: number;
  readonly height: number;
  readonly name: string;
  readonly onPlace: (place: number | null) => void;
}

/** A name and its dot at the end of a line. */
const labelRoom = { usual: 132, narrow: 88 } as const;
const labelPitch = 14;

/** Where the pointer is. Beside the chart's props: it moves far more often than the lines change. */
const Pointed = createContext<number | null>(null);

/** The fitness of several runs over generations, tokens or time, and a line at a place of the axis, if any. */
export function CompareChart({ place, ...chart }: ChartProps & { readonly place: number | null }) {
  return (
    <Pointed value={place}>
      <Chart {...chart} />
    </Pointed>
  );
}

function axesOf({ lines, kind, scale, width, height }: Pick<ChartProps, 'lines' | 'kind' | 'scale' | 'width' | 'height'>) {
  const frame = plotFrame(width, height, width < 600 ? labelRoom.narrow : labelRoom.usual);
  const curves = lines.map(({ curve }) => curve);
  const domain = compareDomain(curves);
  const ticks = scale === 'log' ? valueTicks(domain, scale, frame.bottom - frame.top, 24) : linearTicks(domain.least, domain.most, Math.floor(height / 60));
  return { frame, places: { ...placeAxis(curves, kind, frame.right - frame.left), format: placeFormats[kind] }, values: { scale, domain, ticks } };
}

const Chart = memo(function Chart({ lines, kind, scale, width, height, name, onPlace }: ChartProps) {
  const axes = useMemo(() => axesOf({ lines, kind, scale, width, height }), [lines, kind, scale, width, height]);
  const layers = useMemo(() => [...lines.map((line) => <CurveLine key={line.id} line={line} />), <Ends key="ends" lines={lines} />, <PointedLine key="pointed" />], [lines]);
  return <Plot {...axes} {...{ name, layers, onPlace }} />;
});

/** One path a curve: the library's own lines take over 100 ms for four of 2,000 generations. */
const CurveLine = memo(function CurveLine({ line: { curve, look, control } }: { readonly line: ComparedLine }) {
  return (
    <PlotLayer>
      {({ x, y }) => {
        const path = stepPath(curve, x, y);
        return (
          <g fill="none">
            {!control && <path d={path} stroke="var(--bg)" strokeWidth={5} />}
            <path d={path} stroke={look.colour} strokeWidth={control ? 1.25 : 2} strokeDasharray={look.dash} />
          </g>
        );
      }}
    </PlotLayer>
  );
});

/** Dots at the lines' ends and names beside them, pushed apart. */
const Ends = memo(function Ends({ lines }: { readonly lines: readonly ComparedLine[] }) {
  const ends = lines.flatMap((line) => {
    const end = endOf(line.curve);
    return end ? [{ line, end }] : [];
  });
  return (
    <OverLines>
      {(places) => {
        const points = ends.map(({ end }) => ({ x: places.x(end.x), y: places.y(end.y) }));
        const heights = labelHeights(points, labelPitch, labelRoom.narrow, places.bottom);
        return ends.map(({ line: { id, name, look, control } }, index) => {
          const { x, y } = points[index] ?? { x: 0, y: 0 };
          return (
            <g key={id} fill={look.colour}>
              {!control && <circle cx={x} cy={y} r={3.5} />}
              <text x={x + 9} y={(heights[index] ?? y) + 4} className={control ? 'plot-label' : 'plot-label plot-label-main'}>
                {name.length > 22 ? `${name.slice(0, 21)}…` : name}
              </text>
            </g>
          );
        });
      }}
    </OverLines>
  );
});

function PointedLine() {
  const place = useContext(Pointed);
  if (place === null) return null;
  return <OverLines>{({ x, top, bottom }) => <line x1={x(place)} x2={x(place)} y1={top} y2={bottom} stroke="var(--ink)" />}</OverLines>;
}
