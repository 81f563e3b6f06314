import { colourAtStop, edgedFrom, type LevelTheme } from '../levels/level-colours.ts';
import type { LevelPaint } from '../levels/module-paint.ts';
import type { CanvasPalette } from './canvas-palette.ts';

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Sizes a canvas to device pixels and clears it; null where the browser gives no context. */
export function beginDrawing(canvas: HTMLCanvasElement, width: number, height: number, pixelRatio: number): CanvasRenderingContext2D | null {
  const [deviceWidth, deviceHeight] = [Math.max(1, Math.round(width * pixelRatio)), Math.max(1, Math.round(height * pixelRatio))];
  if (canvas.width !== deviceWidth) canvas.width = deviceWidth;
  if (canvas.height !== deviceHeight) canvas.height = deviceHeight;
  const context = canvas.getContext('2d');
  if (!context) return null;
  context.setTransform(pixelRatio, 0, 0, pixelRatio, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}

/** A cell of a level: filled, with an inner edge where it is close to the page; hollow with the residual wire where the module is gone. */
export function drawCell(context: CanvasRenderingContext2D, { x, y, width, height }: Box, level: Pick<LevelPaint, 'stop' | 'removed'>, theme: LevelTheme, palette: CanvasPalette): void {
  if (level.removed) {
    context.lineWidth = 0.75;
    context.strokeStyle = palette.edge;
    context.strokeRect(x + 0.5, y + 0.5, width - 1, height - 1);
    context.fillStyle = palette.wire;
    context.fillRect(x, Math.floor(y + height / 2), width, 1);
    return;
  }
  context.fillStyle = colourAtStop(theme, level.stop);
  context.fillRect(x, y, width, height);
  if (level.stop < edgedFrom) return;
  context.lineWidth = 1;
  context.strokeStyle = palette.cellEdge;
  context.strokeRect(x + 0.5, y + 0.5, width - 1, height - 1);
}
