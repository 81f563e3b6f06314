import type { LatencyTable } from '../../run/run-events.ts';
import { pushApart } from '../fitness/fitness-domain.ts';
import * as format from '../format/format.ts';
import { kindName } from '../module-axis/words.ts';
import { latencyRows, type LatencyRow } from './latency-view.ts';

const [width, height] = [360, 150];
const edge = { left: 52, right: 66, top: 10, bottom: 24 };
const x = (kept: number): number => edge.left + kept * (width - edge.left - edge.right);

/** Names at the ends of the lines, at least this far apart. */
const labelGap = 14;

/** Time of a module against what is left of it: dots as timed, lines as counted; attention whole, MLP dashed. */
export function LatencyChart({ table }: { readonly table: LatencyTable }) {
  const rows = latencyRows(table);
  const most = Math.max(1, ...rows.map(({ measured, cost }) => Math.max(measured, cost)));
  const y = (time: number): number => edge.top + (1 - Math.max(0, time) / most) * (height - edge.top - edge.bottom);
  const kinds = (['attention', 'mlp'] as const).map((kind) => rows.filter((row) => row.kind === kind)).filter((own) => own.length > 0);
  const ends = kinds.map(([largest]) => y(largest?.cost ?? 0));
  const names = pushApart(ends, labelGap, height - edge.bottom);
  return (
    <svg className="latency-chart" viewBox={`0 0 ${width} ${height}`} role="img" aria-label="Time of a module against the share of its parameters that is kept; the table has the numbers">
      {[0, 0.5, 1].map((share) => (
        <g key={share}>
          <line x1={edge.left} x2={width - edge.right} y1={Math.round(y(share * most)) + 0.5} y2={Math.round(y(share * most)) + 0.5} stroke={share === 0 ? 'var(--edge)' : 'var(--line2)'} />
          <text x={edge.left - 6} y={y(share * most) + 4} textAnchor="end">
            {share === 0 ? '0' : format.latency(share * most)}
          </text>
          <text x={x(share)} y={height - 8} textAnchor="middle">
            {format.percent(share, 0)}
          </text>
        </g>
      ))}
      {kinds.map((own, index) => (
        <Series key={own[0]?.kind} rows={own} y={y} dashed={index === 1} nameAt={names[index] ?? 0} />
      ))}
    </svg>
  );
}

interface SeriesProps {
  /** Of one kind, the largest first. */
  readonly rows: readonly LatencyRow[];
  readonly y: (time: number) => number;
  readonly dashed: boolean;
  /** Height of the name at the line's end. */
  readonly nameAt: number;
}

function Series({ rows, y, dashed, nameAt }: SeriesProps) {
  const [largest] = rows;
  if (!largest) return null;
  const line = [...rows.map(({ kept, cost }) => `${x(kept)},${y(cost)}`), `${x(0)},${y(0)}`].join(' ');
  return (
    <g>
      <polyline points={line} fill="none" stroke="var(--ink)" strokeWidth={dashed ? 1.25 : 1.75} {...(dashed ? { strokeDasharray: '6 3' } : {})} />
      {rows.map(({ kept, measured }) => (
        <circle key={kept} cx={x(kept)} cy={y(measured)} r={2} fill="var(--ink3)" />
      ))}
      <text x={x(1) + 8} y={nameAt + 4} className="latency-name">
        {kindName(largest.kind)}
      </text>
    </g>
  );
}
