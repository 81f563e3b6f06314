import { colourAtStop, edgedFrom, type LevelTheme } from './level-colours.ts';

interface Props {
  readonly theme: LevelTheme;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly stop: number;
  readonly removed: boolean;
}

/** One cell in SVG: filled by its level, or hollow with the residual wire where the module is gone. */
export function LevelSwatch({ theme, x, y, width, height, stop, removed }: Props) {
  if (removed) {
    return (
      <g>
        <rect x={x} y={y} width={width} height={height} fill="var(--bg)" />
        <rect x={x + 0.5} y={y + 0.5} width={width - 1} height={height - 1} fill="none" stroke="var(--edge)" strokeWidth={0.75} />
        <line x1={x} x2={x + width} y1={y + height / 2} y2={y + height / 2} stroke="var(--ink3)" />
      </g>
    );
  }
  return (
    <g>
      <rect x={x} y={y} width={width} height={height} fill={colourAtStop(theme, stop)} />
      {stop >= edgedFrom && <rect x={x + 0.5} y={y + 0.5} width={width - 1} height={height - 1} fill="none" stroke="var(--cell-edge)" />}
    </g>
  );
}
