import { useMemo, type PointerEvent } from 'react';
import { CartesianGrid, ComposedChart, Line, ReferenceLine, XAxis, YAxis } from 'recharts';
import { setHover } from '../../store/hover-store.ts';
import type { GenerationRecord, SearchState } from '../../store/run-state.ts';
import * as format from '../format/format.ts';
import { useGradual } from '../parts/use-gradual.ts';
import { changeLabels } from './change-labels.ts';
import { ChangeMarks, EndLabels, HoveredCandidate, HoveredGeneration, labelRoom, OffspringCloud, type EndLabel } from './chart-layers.tsx';
import { amountEnd, generationEnd, linearTicks, valueDomain, valueTicks, type Domain, type YScale } from './fitness-domain.ts';
import { earlierStages, fitnessSeries, type FitnessRow, type FitnessSeries, type XAxisKind } from './fitness-series.ts';

interface Props {
  readonly history: readonly GenerationRecord[];
  readonly changes: SearchState['changes'];
  readonly generations: number;
  readonly generation: number;
  readonly kind: XAxisKind;
  readonly scale: YScale;
  readonly width: number;
  readonly height: number;
  /** What the parent's line is called. */
  readonly parentName: string;
}

const margin = { top: 26, right: labelRoom, bottom: 0, left: 0 };
const valueAxisWidth = 36;
const placeAxisHeight = 22;
const still = { isAnimationActive: false, dot: false, activeDot: false } as const;
const axisText = { fontSize: 11, fill: 'var(--ink3)' } as const;
const parentOf = (row: FitnessRow): number | null => row.parent;
const formats: Readonly<Record<XAxisKind, (value: number) => string>> = { generation: format.count, tokens: format.tokens, time: format.duration };
const formatValue = (value: number): string => String(value);

/** Ends and ticks of the axis under the curve. */
function placeAxis({ kind, history, generations, width }: Props, series: FitnessSeries): { readonly end: number; readonly ticks: number[] } {
  const now = history.length;
  const plot = width - margin.left - margin.right - valueAxisWidth;
  const count = Math.max(2, Math.min(5, Math.floor(plot / 48)));
  if (kind !== 'generation') {
    const end = amountEnd(series.xOf.at(-1) ?? 0, now, generations);
    return { end, ticks: linearTicks(0, end, count) };
  }
  const end = generationEnd(now, generations);
  const whole = [0, 1, 2, 3, 4].map((part) => (end * part) / 4);
  return { end, ticks: whole.every(Number.isInteger) && plot >= 180 ? whole : linearTicks(0, end, count).filter(Number.isInteger) };
}

/** Names for the ends of the lines, at their last values. */
function endLabels(series: FitnessSeries, parentName: string): EndLabel[] {
  const last = series.rows.at(-1);
  const labels: EndLabel[] = [];
  if (series.uniform !== null) labels.push({ text: 'uniform', value: series.uniform, look: 'control' });
  for (const [stage, value] of (last?.best ?? []).entries()) {
    if (value !== null) labels.push({ text: `best of stage ${stage + 1}`, value, look: 'stage' });
  }
  if (series.parent !== null) labels.push({ text: parentName, value: series.parent, look: 'parent' });
  return labels;
}

/** The generation nearest to the pointer, or null beside the plot. */
function generationUnder(event: PointerEvent<HTMLElement>, width: number, end: number, xOf: readonly number[]): number | null {
  const left = margin.left + valueAxisWidth;
  const share = (event.clientX - event.currentTarget.getBoundingClientRect().left - left) / (width - left - margin.right);
  if (share < 0 || share > 1 || xOf.length < 2) return null;
  const value = share * end;
  let nearest = 1;
  for (let generation = 2; generation < xOf.length; generation++) {
    if (Math.abs((xOf[generation] ?? 0) - value) < Math.abs((xOf[nearest] ?? 0) - value)) nearest = generation;
  }
  return nearest;
}

/** Uniform, held to the last generation. */
function UniformLine({ uniform, end }: { readonly uniform: number; readonly end: number }) {
  return <ReferenceLine segment={[{ x: 0, y: uniform }, { x: end, y: uniform }]} stroke="var(--ink2)" strokeWidth={1.25} strokeDasharray="6 3" ifOverflow="visible" />;
}

/** Fitness over generations, tokens or time. Loaded on its own: the chart library is larger than the page. */
export default function FitnessChart(props: Props) {
  const { history, changes, kind, scale, width, height, parentName, generation } = props;
  const series = useMemo(() => fitnessSeries(history, changes, kind), [history, changes, kind]);
  const labels = useMemo(() => changeLabels(changes, history.length), [changes, history.length]);
  const ends = useMemo(() => endLabels(series, parentName), [series, parentName]);
  const domain = useMemo<Domain>(() => valueDomain(series), [series]);
  const places = placeAxis(props, series);
  const drawn = useGradual(4); // the frame, then axes, cloud, lines, words: drawn at once they take the main thread for over 100 ms
  const last = series.xOf.at(-1) ?? 0;
  const next = Math.min(places.end, generation > history.length ? last + (last - (series.xOf.at(-2) ?? 0) || places.end / 16) : last);
  const ticks = valueTicks(domain, scale, height - margin.top - placeAxisHeight);
  const onPointerMove = (event: PointerEvent<HTMLElement>): void => setHover({ generation: generationUnder(event, width, places.end, series.xOf) });
  return (
    <div className="fitness-plot" onPointerMove={onPointerMove} onPointerLeave={() => setHover({ generation: null })}>
      <ComposedChart data={series.rows} width={width} height={height} margin={margin} accessibilityLayer={false}>
        {drawn >= 1 && (
          <>
            <XAxis type="number" dataKey="x" domain={[0, places.end]} ticks={places.ticks} tickFormatter={formats[kind]} tick={axisText} tickLine={false} height={placeAxisHeight} interval={0} stroke="var(--edge)" allowDataOverflow />
            <YAxis scale={scale} domain={[domain.least, domain.most]} ticks={ticks} tickFormatter={formatValue} tick={axisText} tickLine={false} axisLine={false} width={valueAxisWidth} interval={0} allowDataOverflow />
          </>
        )}
        {drawn >= 2 && (
          <>
            <CartesianGrid vertical={false} horizontalValues={ticks} stroke="var(--line2)" />
            <OffspringCloud cloud={series.cloud} domain={domain} />
          </>
        )}
        {drawn >= 3 && (
          <>
            {Array.from({ length: earlierStages(series.rows) }, (_, stage) => (
              <Line key={stage} {...still} dataKey={(row: FitnessRow) => row.best[stage] ?? null} type="linear" stroke="var(--edge)" strokeWidth={1} />
            ))}
            {series.uniform !== null && <UniformLine uniform={series.uniform} end={last} />}
            <Line {...still} dataKey={parentOf} type="stepAfter" stroke="var(--bg)" strokeWidth={5} />
            <Line {...still} dataKey={parentOf} type="stepAfter" stroke="var(--ink)" strokeWidth={2} />
          </>
        )}
        {drawn >= 4 && (
          <>
            <ChangeMarks labels={labels} xOf={series.xOf} />
            <HoveredGeneration xOf={series.xOf} />
            <HoveredCandidate x={next} domain={domain} />
            <EndLabels labels={ends} end={last} parent={series.parent} />
          </>
        )}
      </ComposedChart>
    </div>
  );
}
