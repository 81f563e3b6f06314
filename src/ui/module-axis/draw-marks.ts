import { glyphInkAtStop, type LevelTheme } from '../levels/level-colours.ts';
import type { LevelPaint } from '../levels/module-paint.ts';
import type { CanvasPalette } from './canvas-palette.ts';
import { drawCell, type Box } from './draw-cells.ts';
import type { ShownCandidate } from './population-view.ts';

/** Everything over a row's cells: on a canvas, since a population has hundreds and all of them are new with every generation. */

/** A changed cell, told by ring and triangle: up keeps more than the parent, down prunes more. As `ChangeMark` and `LevelSwatch` of legends. */
export function drawChange(context: CanvasRenderingContext2D, box: Box, level: Pick<LevelPaint, 'stop' | 'removed'>, keepsMore: boolean, theme: LevelTheme, palette: CanvasPalette): void {
  const { x, y, width, height } = box;
  context.fillStyle = palette.page;
  context.fillRect(x, y, width, height);
  drawCell(context, box, level, theme, palette);
  context.lineWidth = 1.5;
  context.strokeStyle = palette.change;
  context.strokeRect(x - 0.75, y - 0.75, width + 1.5, height + 1.5);
  const size = Math.min(3.4, width / 2 - 1.1, height / 2 - 1);
  const [centreX, centreY, direction] = [x + width / 2, y + height / 2, keepsMore ? -1 : 1];
  context.fillStyle = level.removed ? palette.change : glyphInkAtStop(theme, level.stop);
  context.beginPath();
  context.moveTo(centreX - size, centreY - direction * size * 0.65);
  context.lineTo(centreX + size, centreY - direction * size * 0.65);
  context.lineTo(centreX, centreY + direction * size * 0.95);
  context.fill();
}

function circle(context: CanvasRenderingContext2D, x: number, y: number, radius: number, from = 0, to = 2 * Math.PI): void {
  context.beginPath();
  context.arc(x, y, radius, from, to);
}

function line(context: CanvasRenderingContext2D, x1: number, x2: number, y: number): void {
  context.beginPath();
  context.moveTo(x1, y);
  context.lineTo(x2, y);
  context.stroke();
}

const glyph = { x: 4.5, radius: 3.5 } as const;

/** Full: measured. Ring with an arc: training, or being measured. Hollow: waits. Dash: out. */
export function drawState(context: CanvasRenderingContext2D, middle: number, { status, progress }: Pick<ShownCandidate, 'status' | 'progress'>, palette: CanvasPalette): void {
  const { x, radius } = glyph;
  context.lineWidth = 1.25;
  context.strokeStyle = palette.wire;
  if (status === 'eliminated') {
    line(context, 1.5, 7.5, middle);
    return;
  }
  circle(context, x, middle, radius);
  if (status === 'measured') {
    context.fillStyle = palette.ink;
    context.fill();
    return;
  }
  context.stroke();
  if (status !== 'training' && status !== 'measuring') return;
  context.lineWidth = 2;
  context.strokeStyle = palette.ink;
  circle(context, x, middle, radius, -Math.PI / 2, (2 * progress - 0.5) * Math.PI);
  context.stroke();
}

/** A candidate's fitness as a dot at `x`, with a trail to what it was in the stage before. Hollow where this stage is still to measure it. */
export function drawFitness(context: CanvasRenderingContext2D, x: number, previous: number | null, middle: number, status: ShownCandidate['status'], palette: CanvasPalette): void {
  const out = status === 'eliminated';
  const open = status === 'training' || status === 'measuring' || status === 'waiting';
  context.lineWidth = 1;
  if (previous !== null) {
    context.globalAlpha = out ? 0.6 : 1;
    context.strokeStyle = out ? palette.edge : palette.wire;
    line(context, previous, x, middle);
    context.globalAlpha = 1;
  }
  circle(context, x, middle, 2.75);
  context.fillStyle = open ? palette.page : out ? palette.edge : palette.ink;
  context.fill();
  if (!open) return;
  context.strokeStyle = palette.wire;
  context.stroke();
}
