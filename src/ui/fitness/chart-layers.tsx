import { memo } from 'react';
import { usePlotArea, useXAxisScale, useYAxisScale, ZIndexLayer } from 'recharts';
import { useHover } from '../../store/hover-store.ts';
import { useRun } from '../../store/use-run.ts';
import { placeLabels, type ChangeLabel } from './change-labels.ts';
import { pushApart, type Domain } from './fitness-domain.ts';
import type { FitnessSeries } from './fitness-series.ts';

/** Over lines and axes, which the library puts at 400 and 500. */
const overLines = 1500;

/** Room right of the plot, for the names at the lines' ends. */
export const labelRoom = 88;

/** Places of the chart's axes, or null before it was laid out. */
function usePlaces() {
  const area = usePlotArea();
  const x = useXAxisScale();
  const y = useYAxisScale();
  if (!area || !x || !y) return null;
  return { area, x: (value: number): number => x(value) ?? Number.NaN, y: (value: number): number => y(value) ?? Number.NaN };
}

/**
 * Every offspring as a dot, all in one path: thousands of elements would cost more than the rest of the chart.
 * A line of no length with round ends is a dot.
 */
export const OffspringCloud = memo(function OffspringCloud({ cloud, domain }: { readonly cloud: readonly number[]; readonly domain: Domain }) {
  const places = usePlaces();
  if (!places) return null;
  let path = '';
  for (let index = 0; index < cloud.length; index += 2) {
    path += `M${places.x(cloud[index] ?? 0).toFixed(1)} ${places.y(Math.min(domain.most, cloud[index + 1] ?? 0)).toFixed(1)}h0`;
  }
  return <path d={path} className="offspring-cloud" />;
});

/** Orange lines where a setting changed, with what changed on top. */
export const ChangeMarks = memo(function ChangeMarks({ labels, xOf }: { readonly labels: readonly ChangeLabel[]; readonly xOf: FitnessSeries['xOf'] }) {
  const places = usePlaces();
  if (!places) return null;
  const { area } = places;
  const at = (generation: number): number => places.x(xOf[generation] ?? xOf.at(-1) ?? 0);
  return (
    <g>
      {placeLabels(labels, at, 0, area.x + area.width + labelRoom).map(({ generation, text, x, anchor, shown }) => (
        <g key={generation} className="change-mark">
          <title>{text}</title>
          <line x1={at(generation)} x2={at(generation)} y1={area.y - 4} y2={area.y + area.height} />
          <path d={`M${at(generation) - 3.5} ${area.y - 9}h7l-3.5 6z`} />
          <text x={x} y={area.y - 13} textAnchor={anchor}>
            {shown}
          </text>
        </g>
      ))}
    </g>
  );
});

/** A line's name at its end. */
export interface EndLabel {
  readonly text: string;
  readonly value: number;
  readonly look: 'parent' | 'control' | 'stage';
}

const labelPitch = 14;

/** Names at the ends of the lines, pushed apart; and the parent's dot. */
export const EndLabels = memo(function EndLabels({ labels, end, parent }: { readonly labels: readonly EndLabel[]; readonly end: number; readonly parent: number | null }) {
  const places = usePlaces();
  if (!places) return null;
  const { area, x, y } = places;
  const heights = pushApart(labels.map(({ value }) => y(value)), labelPitch, area.y + area.height);
  const left = x(end) + 9;
  return (
    <ZIndexLayer zIndex={overLines}>
      {parent !== null && <circle cx={x(end)} cy={y(parent)} r={3.5} fill="var(--ink)" />}
      {labels.map(({ text, look }, index) => (
        <text key={text} x={left} y={(heights[index] ?? 0) + 4} className={`end-label end-label-${look}`}>
          {text}
        </text>
      ))}
    </ZIndexLayer>
  );
});

/** The generation that is hovered anywhere. */
export function HoveredGeneration({ xOf }: Pick<FitnessSeries, 'xOf'>) {
  const generation = useHover((hover) => hover.generation);
  const places = usePlaces();
  const value = generation === null ? undefined : xOf[generation];
  if (!places || value === undefined) return null;
  const x = places.x(value);
  return (
    <ZIndexLayer zIndex={overLines}>
      <line x1={x} x2={x} y1={places.area.y} y2={places.area.y + places.area.height} stroke="var(--ink)" />
    </ZIndexLayer>
  );
}

/** The hovered candidate's fitness in every stage, joined. */
export function HoveredCandidate({ x: value, domain }: { readonly x: number; readonly domain: Domain }) {
  const id = useHover((hover) => hover.candidate);
  // Read here and not handed down: the chart is slow to draw, and candidates change several times a second.
  const measured = useRun((run) => (id === null ? undefined : run.search?.candidates.find((candidate) => candidate.id === id)?.fitness));
  const places = usePlaces();
  const fitness = measured?.filter((each) => Number.isFinite(each));
  if (!places || !fitness || fitness.length === 0) return null;
  const x = places.x(value);
  const heights = fitness.map((each) => places.y(Math.min(domain.most, Math.max(domain.least, each))));
  return (
    <ZIndexLayer zIndex={overLines}>
      <path d={heights.map((height, stage) => `${stage === 0 ? 'M' : 'L'}${x} ${height}`).join('')} stroke="var(--ink)" fill="none" />
      {heights.map((height, stage) => (
        <circle key={stage} cx={x} cy={height} r={3.5} fill="var(--bg)" stroke="var(--ink)" strokeWidth={1.5} />
      ))}
    </ZIndexLayer>
  );
}
