import type { LevelTheme } from '../levels/level-colours.ts';
import { colourAtStop, edgedFrom } from '../levels/level-colours.ts';
import { count, percent } from '../format/format.ts';
import { barPlaces, type ShapeBar } from './shape-bars.ts';

interface Props {
  readonly bars: readonly ShapeBar[];
  /** Share that is kept on average at the target; null where the target is another. */
  readonly target: number | null;
  readonly width: number;
  readonly theme: LevelTheme;
  /** For those who do not see it. */
  readonly label: string;
}

const gutter = 44;
const [full, axis] = [112, 20] as const;

/** What is kept of each layer, a bar each in its level's colour. */
export function ShapePlot({ bars, target, width, theme, label }: Props) {
  const { pitch, numbered } = barPlaces(bars.length, width - gutter);
  const right = gutter + bars.length * pitch;
  const y = (share: number): number => Math.round((1 - share) * full) + 0.5;
  return (
    <svg className="shape-plot" width={Math.max(width, right)} height={full + axis} role="img" aria-label={label}>
      {[1, 0.5].map((share) => (
        <line key={share} x1={gutter} x2={right} y1={y(share)} y2={y(share)} stroke="var(--line2)" />
      ))}
      {bars.map((bar, index) => (
        <Bar key={bar.layer} {...{ bar, theme }} x={gutter + index * pitch} width={pitch - (pitch > 7 ? 1 : 0.6)} />
      ))}
      <line x1={gutter} x2={right} y1={full + 0.5} y2={full + 0.5} stroke="var(--edge)" />
      {target !== null && (
        <>
          <line x1={gutter} x2={right} y1={y(target)} y2={y(target)} stroke="var(--bg)" strokeWidth={2.5} opacity={0.75} />
          <line x1={gutter} x2={right} y1={y(target)} y2={y(target)} stroke="var(--ink)" strokeDasharray="3 3" />
        </>
      )}
      {[1, 0.5, 0].map((share) => (
        <text key={share} x={gutter - 8} y={Math.max(9, y(share) + (share === 0 ? 0 : 4))} textAnchor="end">
          {share === 0 ? '0' : percent(share, 0)}
        </text>
      ))}
      {numbered.map((index) => (
        <text key={index} x={gutter + index * pitch + pitch / 2} y={full + 15} textAnchor="middle">
          {count(bars[index]?.layer)}
        </text>
      ))}
    </svg>
  );
}

/** A module; one that is gone leaves the wire that goes round it. */
function Bar({ bar: { share, stop, removed }, theme, x, width }: { readonly bar: ShapeBar; readonly theme: LevelTheme; readonly x: number; readonly width: number }) {
  if (removed) return <line x1={x} x2={x + width} y1={full - 1.5} y2={full - 1.5} stroke="var(--ink3)" strokeWidth={1.5} />;
  const height = share * full;
  return (
    <>
      <rect x={x} y={full - height} width={width} height={height} fill={colourAtStop(theme, stop)} />
      {stop >= edgedFrom && height > 1 && <rect x={x + 0.5} y={full - height + 0.5} width={width - 1} height={height - 1} fill="none" stroke="var(--cell-edge)" />}
    </>
  );
}
