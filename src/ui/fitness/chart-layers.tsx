import { memo } from 'react';
import { findCandidate, generationOf } from '../../store/find-candidate.ts';
import { useHover } from '../../store/hover-store.ts';
import { useRun } from '../../store/use-run.ts';
import { placeFormats } from '../format/place-formats.ts';
import { changeLabels, placeLabels } from './change-labels.ts';
import type { ChartFrame } from './chart-frame.ts';
import { parentPath, stagePath } from './chart-lines.ts';
import { endLabels } from './end-labels.ts';
import { pushApart } from './fitness-domain.ts';
import { earlierStages, type FitnessSeries, type XAxisKind } from './fitness-series.ts';
import type { SearchState } from '../../store/run-state.ts';
import { useMarked, useShown } from './use-shown.ts';

interface LayerProps {
  readonly frame: ChartFrame;
  readonly series: FitnessSeries;
}

/** Lines and numbers that the curve is read by. */
export const Axes = memo(function Axes({ frame, kind }: { readonly frame: ChartFrame; readonly kind: XAxisKind }) {
  const { left, right, bottom, x, y } = frame;
  return (
    <>
      {frame.valueTicks.map((tick) => (
        <g key={tick}>
          <line x1={left} x2={right} y1={Math.round(y(tick)) + 0.5} y2={Math.round(y(tick)) + 0.5} stroke="var(--line2)" />
          <text x={left - 7} y={y(tick) + 4} textAnchor="end">
            {tick}
          </text>
        </g>
      ))}
      <line x1={left} x2={right} y1={bottom + 0.5} y2={bottom + 0.5} stroke="var(--edge)" />
      {frame.placeTicks.map((tick) => (
        <text key={tick} x={x(tick)} y={bottom + 16} textAnchor="middle">
          {placeFormats[kind](tick)}
        </text>
      ))}
    </>
  );
});

/** What is over so far; of a recording, only that part of its lines is shown. */
export function ShownClip({ id, frame, ends }: { readonly id: string; readonly frame: ChartFrame; readonly ends: FitnessSeries['ends'] }) {
  const { left, right, top, bottom } = frame;
  const shown = useShown(ends.length - 1);
  const end = Math.min(right, frame.x(ends[shown]?.x ?? 0));
  return (
    <clipPath id={id}>
      <rect x={left} y={top - 3} width={Math.max(0, end - left)} height={bottom - top + 3} />
    </clipPath>
  );
}

/** The lines of all generations, drawn once. */
export const Lines = memo(function Lines({ frame, series }: LayerProps) {
  const { rows, uniform, random } = series;
  const parent = parentPath(rows, frame);
  return (
    <g fill="none">
      {Array.from({ length: earlierStages(rows) }, (_, stage) => (
        <path key={stage} d={stagePath(rows, stage, frame)} stroke="var(--edge)" />
      ))}
      {uniform !== null && <line x1={frame.left} x2={frame.right} y1={frame.y(uniform)} y2={frame.y(uniform)} stroke="var(--ink2)" strokeWidth={1.25} strokeDasharray="6 3" />}
      {random.length > 0 && <path d={parentPath(random, frame)} stroke="var(--ink2)" strokeWidth={1.5} strokeDasharray="1.5 2.5" />}
      <path d={parent} stroke="var(--bg)" strokeWidth={5} />
      <path d={parent} stroke="var(--ink)" strokeWidth={2} />
    </g>
  );
});

/** Orange lines where a setting or the parent was changed, with what changed on top. */
export const ChangeMarks = memo(function ChangeMarks({ frame, series: { ends }, changes, chosen }: LayerProps & Pick<SearchState, 'changes' | 'chosen'>) {
  const shown = useShown(ends.length - 1);
  const at = (generation: number): number => frame.x(ends[generation]?.x ?? 0);
  const labels = changeLabels(changes, shown, chosen).filter(({ generation }) => at(generation) >= frame.left && at(generation) <= frame.right);
  const { top, bottom } = frame;
  return placeLabels(labels, at, 0, frame.width).map(({ generation, text, x, anchor, shown: words }) => (
    <g key={generation} className="change-mark">
      <title>{text}</title>
      <line x1={at(generation)} x2={at(generation)} y1={top - 4} y2={bottom} />
      <path d={`M${at(generation) - 3.5} ${top - 9}h7l-3.5 6z`} />
      <text x={x} y={top - 13} textAnchor={anchor}>
        {words}
      </text>
    </g>
  ));
});

const labelPitch = 14;

/** Names at the ends of the lines, pushed apart; and the parent's dot. */
export const EndLabels = memo(function EndLabels({ frame, series, parentName }: LayerProps & { readonly parentName: string }) {
  const shown = useShown(series.ends.length - 1);
  const { x: place, ended, labels } = endLabels(series, shown, frame.span, parentName);
  if (place === null) return null;
  const [x, heights] = [frame.x(place), pushApart(labels.map(({ value }) => frame.y(value)), labelPitch, frame.bottom)];
  return labels.map(({ text, look, value }, index) => (
    <g key={text} className={`end-label end-label-${look}`}>
      {look === 'parent' && ended && <circle cx={x} cy={frame.y(value)} r={3.5} />}
      <text x={x + 9} y={(heights[index] ?? 0) + 4}>
        {text}
      </text>
    </g>
  ));
});

/** The generation that is marked anywhere. */
export function MarkedGeneration({ frame, series: { ends } }: LayerProps) {
  const marked = useMarked(useShown(ends.length - 1));
  const x = marked === null ? -1 : frame.x(ends[marked]?.x ?? 0);
  if (x < frame.left || x > frame.right) return null;
  return <line x1={x} x2={x} y1={frame.top} y2={frame.bottom} stroke="var(--ink)" />;
}

/** The hovered candidate's fitness in every stage, joined, at its generation; the running one lies after the last. */
export function HoveredCandidate({ frame, series: { ends } }: LayerProps) {
  const id = useHover((hover) => hover.candidate);
  const measured = useRun((run) => (id === null || !run.search ? undefined : findCandidate(run.search, id)?.fitness));
  const shown = useShown(ends.length - 1);
  const fitness = measured?.filter((each) => Number.isFinite(each));
  if (id === null || !fitness || fitness.length === 0) return null;
  const last = ends[shown]?.x ?? 0;
  const step = last - (ends[shown - 1]?.x ?? 0) || frame.whole.to / 16;
  const generation = generationOf(id);
  const x = frame.x(Math.min(frame.whole.to, generation <= shown ? (ends[generation]?.x ?? 0) : last + step));
  if (x < frame.left || x > frame.right) return null;
  const heights = fitness.map(frame.y);
  return (
    <>
      <path d={heights.map((height, stage) => `${stage === 0 ? 'M' : 'L'}${x} ${height}`).join('')} stroke="var(--ink)" fill="none" />
      {heights.map((height, stage) => (
        <circle key={stage} cx={x} cy={height} r={3.5} fill="var(--bg)" stroke="var(--ink)" strokeWidth={1.5} />
      ))}
    </>
  );
}
