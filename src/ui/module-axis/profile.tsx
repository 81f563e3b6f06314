import { memo } from 'react';
import type { Genome } from '../../pruning/level-database.ts';
import * as format from '../format/format.ts';
import { colourAtStop, edgedFrom } from '../levels/level-colours.ts';
import { levelPaint, type Stack } from './stack.ts';

interface Props {
  readonly stack: Stack;
  readonly genome: Genome;
  readonly uniform: Genome;
  /** Share of the prunable parameters that is to stay; null where the target is not one of parameters. */
  readonly target: number | null;
}

/** Height of the two strands' profile: attention up, MLP down. */
const strandProfile = 40;

/** Where a module's bar stands, and which way it grows. */
function barFrame({ columns, heights }: Stack, module: number) {
  if (columns.layout !== 'strands') return { base: heights.profile, full: heights.profile, direction: -1 };
  return module % 2 === 0
    ? { base: strandProfile, full: strandProfile, direction: -1 }
    : { base: strandProfile + 2, full: strandProfile, direction: 1 };
}

/** One module: what the parent keeps, and a tick at what uniform keeps. */
function Bar({ stack, module, genome, uniform }: Pick<Props, 'stack' | 'genome' | 'uniform'> & { readonly module: number }) {
  const { columns, theme } = stack;
  const { share, stop } = levelPaint(stack.paints, module, genome[module]);
  const uniformShare = levelPaint(stack.paints, module, uniform[module]).share;
  const { base, full, direction } = barFrame(stack, module);
  const [x, width, height] = [columns.left(module), columns.columnWidth - columns.cellGap, share * full];
  const y = direction < 0 ? base - height : base;
  const tick = Math.round(base + direction * uniformShare * full) + 0.5;
  return (
    <g>
      {height > 0 && <rect {...{ x, y, width, height }} fill={colourAtStop(theme, stop)} />}
      {height > 1 && stop >= edgedFrom && <rect x={x + 0.5} y={y + 0.5} width={width - 1} height={height - 1} fill="none" stroke="var(--cell-edge)" />}
      <line x1={x} x2={x + width} y1={tick} y2={tick} stroke="var(--bg)" strokeWidth={3} />
      <line x1={x} x2={x + width} y1={tick} y2={tick} stroke="var(--ink3)" />
    </g>
  );
}

/** The dashed line at the target, on a casing so that it shows on every bar. */
function TargetLine({ x1, x2, y }: { readonly x1: number; readonly x2: number; readonly y: number }) {
  return (
    <>
      <line {...{ x1, x2 }} y1={y} y2={y} stroke="var(--bg)" strokeWidth={2.5} opacity={0.75} />
      <line {...{ x1, x2 }} y1={y} y2={y} stroke="var(--ink)" strokeDasharray="3 3" />
    </>
  );
}

/** Lines behind and over the bars. */
function Frame({ stack, target, over }: Pick<Props, 'stack' | 'target'> & { readonly over: boolean }) {
  const { columns, heights } = stack;
  const strands = columns.layout === 'strands';
  const full = strands ? strandProfile : heights.profile;
  const targets = target === null ? [] : strands ? [full * (1 - target), full + 2 + full * target] : [full * (1 - target)];
  return (
    <>
      {columns.bands.map(({ kind, x, width }) => (
        <g key={kind}>
          {over && targets.map((y) => <TargetLine key={y} x1={x - 4} x2={x + width} y={Math.round(y) + 0.5} />)}
          {!over && !strands && <line x1={x} x2={x + width} y1={full + 0.5} y2={full + 0.5} stroke="var(--edge)" />}
          {!over && !strands && <line x1={x} x2={x + width} y1={0.5} y2={0.5} stroke="var(--line2)" />}
        </g>
      ))}
    </>
  );
}

function ProfileLabels({ stack, target }: Pick<Props, 'stack' | 'target'>) {
  const { columns, heights } = stack;
  const right = columns.labelWidth - 8;
  if (columns.layout === 'strands') {
    return (
      <>
        <text x={0} y={strandProfile - 6} className="axis-ink2">
          Attention
        </text>
        <text x={0} y={strandProfile + 14} className="axis-ink2">
          MLP
        </text>
      </>
    );
  }
  const full = heights.profile;
  const targetY = full * (1 - (target ?? 0));
  return (
    <g textAnchor="end">
      {(target === null || targetY > 18) && (
        <text x={right} y={8}>
          {format.percent(1, 0)}
        </text>
      )}
      {target !== null && (
        <text x={right} y={Math.min(full - 11, Math.max(8, targetY + 4))} className="axis-ink2">
          target
        </text>
      )}
      <text x={right} y={full + 1}>
        0
      </text>
    </g>
  );
}

/** Sparsity per layer: the share that the parent keeps of every module, against the target and against uniform. */
export const Profile = memo(function Profile({ stack, genome, uniform, target }: Props) {
  const { columns, heights } = stack;
  const kept = genome.reduce((sum, level, module) => sum + levelPaint(stack.paints, module, level).share, 0) / Math.max(1, genome.length);
  const name = `Kept of each module by the parent, on average ${format.percent(kept)}${target === null ? '' : `; target ${format.percent(target)} of the parameters`}`;
  return (
    <svg className="profile level-cells" width={columns.width} height={heights.profile + 1} role="img" aria-label={name}>
      <Frame {...{ stack, target }} over={false} />
      {genome.map((_, module) => (
        <Bar key={module} {...{ stack, module, genome, uniform }} />
      ))}
      <Frame {...{ stack, target }} over />
      <ProfileLabels {...{ stack, target }} />
    </svg>
  );
});
