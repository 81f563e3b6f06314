import { kl, tokens } from '../format/format.ts';

interface Props {
  readonly points: readonly { readonly x: number; readonly y: number }[];
  /** Right end of the axis. */
  readonly end: number;
}

const width = 384;
const height = 130;
const plot = { left: 40, right: width - 8, top: 8, bottom: height - 20 } as const;

/** A small curve of KL over trained tokens; linear, from just under the least to the greatest. */
export function CurveChart({ points, end }: Props) {
  const finite = points.filter(({ y }) => Number.isFinite(y));
  if (finite.length === 0) return <p className="small tertiary">The curve starts with the first measurement.</p>;
  const values = finite.map(({ y }) => y);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const span = high - low || high || 1;
  const x = (of: number) => plot.left + (of / end) * (plot.right - plot.left);
  const y = (of: number) => plot.bottom - 8 - ((of - low) / span) * (plot.bottom - plot.top - 12);
  const path = finite.map((point, index) => `${index === 0 ? 'M' : 'L'}${x(point.x).toFixed(1)} ${y(point.y).toFixed(1)}`).join('');
  const label = `KL over trained tokens, from ${kl(values[0])} to ${kl(values.at(-1))}`;
  return (
    <svg className="curve figures" viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
      {(span === high ? [high] : [low, high]).map((tick) => (
        <g key={tick}>
          <line x1={plot.left} x2={plot.right} y1={y(tick)} y2={y(tick)} className="curve-grid" />
          <text x={plot.left - 6} y={y(tick) + 4} textAnchor="end">
            {kl(tick)}
          </text>
        </g>
      ))}
      <line x1={plot.left} x2={plot.right} y1={plot.bottom} y2={plot.bottom} className="curve-axis" />
      <text x={plot.left} y={height - 6}>
        0
      </text>
      <text x={plot.right} y={height - 6} textAnchor="end">
        {tokens(end)}
      </text>
      <path d={path} className="curve-line" />
      {finite.map((point) => (
        <circle key={point.x} cx={x(point.x)} cy={y(point.y)} r="2.5" className="curve-dot" />
      ))}
    </svg>
  );
}
