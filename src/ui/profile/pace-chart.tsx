import { useMemo } from 'react';
import { OverLines, PlotLayer } from '../charts/layers.tsx';
import { plotFrame } from '../charts/plot-frame.ts';
import { Plot } from '../charts/plot.tsx';
import { linearTicks, pushApart } from '../fitness/fitness-domain.ts';
import * as format from '../format/format.ts';
import { paceCurves, type Pace, type PaceCurve, type PaceMeasure } from './pace.ts';

interface Props {
  readonly paces: readonly Pace[];
  readonly measure: PaceMeasure;
  readonly width: number;
  readonly height: number;
  /** Where the pointer is on the axis of generations. */
  readonly place: number | null;
  readonly onPlace: (place: number | null) => void;
}

/** Names and values at the lines' ends. */
const labelRoom = 108;
const labelPitch = 14;
/** So many points have a dot each; more would make a band. */
const dotted = 40;

const written: Readonly<Record<PaceMeasure, (value: number) => string>> = { rate: format.tokens, peak: format.percent, seconds: format.spent };
const onAxis: typeof written = { ...written, peak: (share) => format.percent(share, 0) };
/** The first line is the main one; the other is told by its dash too. */
const looks = [{ stroke: 'var(--ink)' }, { stroke: 'var(--ink2)', strokeDasharray: '5 3' }] as const;

/** Lines over generations, from 0 on both axes. */
export function PaceChart({ paces, measure, width, height, place, onPlace }: Props) {
  const frame = plotFrame(width, height, labelRoom);
  const { curves, domain } = useMemo(() => paceCurves(paces, measure), [paces, measure]);
  const end = Math.max(1, paces.at(-1)?.generation ?? 0);
  const ticks = linearTicks(0, end, Math.max(2, Math.min(8, Math.floor(width / 90)))).filter(Number.isInteger);
  const words = curves.map(({ name, points }) => `${name} ${written[measure](points.at(-1)?.y ?? 0)}`);
  const layers = [
    ...curves.map((curve, index) => <PaceLine key={curve.name} curve={curve} look={looks[index] ?? looks[1]} />),
    <Ends key="ends" {...{ curves, words }} />,
    place !== null && <OverLines key="place">{({ x, top, bottom }) => <line x1={x(Math.round(place))} x2={x(Math.round(place))} y1={top} y2={bottom} stroke="var(--edge)" />}</OverLines>,
  ];
  return (
    <Plot
      name={`Pace over ${format.count(paces.length)} generations: ${words.join(', ')} in the last`}
      places={{ end, ticks, format: format.count }}
      values={{ scale: 'linear', domain, ticks: linearTicks(domain.least, domain.most, 3), format: onAxis[measure] }}
      {...{ frame, layers, onPlace }}
    />
  );
}

/** One path a line, however many points. */
function PaceLine({ curve: { points }, look }: { readonly curve: PaceCurve; readonly look: (typeof looks)[number] }) {
  return (
    <PlotLayer>
      {({ x, y }) => (
        <g>
          <path d={points.map((point, index) => `${index === 0 ? 'M' : 'L'}${x(point.x).toFixed(1)} ${y(point.y).toFixed(1)}`).join('')} fill="none" strokeWidth={1.5} {...look} />
          {points.length <= dotted && points.map((point) => <circle key={point.x} cx={x(point.x)} cy={y(point.y)} r={2} fill={look.stroke} />)}
        </g>
      )}
    </PlotLayer>
  );
}

function Ends({ curves, words }: { readonly curves: readonly PaceCurve[]; readonly words: readonly string[] }) {
  return (
    <OverLines>
      {({ x, y, bottom }) => {
        const ends = curves.map(({ points }) => points.at(-1) ?? { x: 0, y: 0 });
        const heights = pushApart(ends.map((point) => y(point.y)), labelPitch, bottom - 3);
        return ends.map((point, index) => (
          <text key={curves[index]?.name} x={x(point.x) + 8} y={(heights[index] ?? 0) + 4} fill={index === 0 ? 'var(--ink)' : 'var(--ink2)'} className="plot-label">
            {words[index]}
          </text>
        ));
      }}
    </OverLines>
  );
}
