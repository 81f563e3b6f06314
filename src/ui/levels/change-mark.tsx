import { glyphInkAtStop, type LevelTheme } from './level-colours.ts';

interface Props {
  readonly theme: LevelTheme;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly stop: number;
  readonly removed: boolean;
  /** True where the cell keeps more than the parent. */
  readonly keepsMore: boolean;
}

/** A changed cell, told by ring and triangle: up keeps more than the parent, down prunes more. */
export function ChangeMark({ theme, x, y, width, height, stop, removed, keepsMore }: Props) {
  const size = Math.min(3.4, width / 2 - 1.1, height / 2 - 1);
  const [centreX, centreY, direction] = [x + width / 2, y + height / 2, keepsMore ? -1 : 1];
  const triangle = `M${centreX - size} ${centreY - direction * size * 0.65}h${2 * size}L${centreX} ${centreY + direction * size * 0.95}z`;
  return (
    <g>
      <rect x={x - 0.75} y={y - 0.75} width={width + 1.5} height={height + 1.5} rx={1} fill="none" stroke="var(--change)" strokeWidth={1.5} />
      <path d={triangle} fill={removed ? 'var(--change)' : glyphInkAtStop(theme, stop)} />
    </g>
  );
}
