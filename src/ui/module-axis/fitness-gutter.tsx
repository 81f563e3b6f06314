import { memo } from 'react';
import type { LogScale } from './log-scale.ts';
import type { ShownCandidate } from './population-view.ts';
import type { ModuleColumns } from './module-columns.ts';

/** Room for the value at the right end. */
const valueRoom = 46;
const leadIn = 16;

/** Where the log axis of the fitness lies, from the left of the stack; null where there is no room for it. */
export function gutterSpan(columns: ModuleColumns): readonly [from: number, to: number] | null {
  if (columns.layout === 'strands') return null;
  return [columns.plotRight + leadIn, columns.width - valueRoom];
}

interface Props {
  readonly columns: ModuleColumns;
  readonly height: number;
  readonly scale: LogScale | null;
  readonly status: ShownCandidate['status'];
  readonly value: number | null;
  readonly previous: number | null;
}

/** A candidate's fitness as a dot, with a trail to what it was in the stage before. Hollow where this stage is still to measure it. */
export const FitnessGutter = memo(function FitnessGutter({ columns, height, scale, status, value, previous }: Props) {
  if (!scale || value === null || !Number.isFinite(value)) return null;
  const middle = height / 2;
  const x = scale.at(value) - columns.plotRight;
  const out = status === 'eliminated';
  const open = status === 'training' || status === 'waiting';
  return (
    <svg className="fitness-gutter" style={{ left: columns.plotRight }} width={columns.width - columns.plotRight} height={height} aria-hidden>
      {previous !== null && Number.isFinite(previous) && (
        <line x1={scale.at(previous) - columns.plotRight} x2={x} y1={middle} y2={middle} stroke={out ? 'var(--edge)' : 'var(--ink3)'} opacity={out ? 0.6 : 1} />
      )}
      <circle cx={x} cy={middle} r={2.75} fill={open ? 'var(--bg)' : out ? 'var(--edge)' : 'var(--ink)'} stroke={open ? 'var(--ink3)' : 'none'} />
    </svg>
  );
});
