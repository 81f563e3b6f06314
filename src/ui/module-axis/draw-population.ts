import type { Genome } from '../../pruning/level-database.ts';
import { drawCell } from './draw-cells.ts';
import { drawChange, drawFitness, drawState } from './draw-marks.ts';
import type { LogScale } from './log-scale.ts';
import { keepsMore, measuredFitness, type ShownCandidate } from './population-view.ts';
import { spotAt, type RowMotion } from './row-motion.ts';
import { cellTop, levelPaint, type Stack } from './stack.ts';

export interface PopulationDrawing {
  readonly stack: Stack;
  readonly motion: RowMotion;
  readonly baseline: Genome;
  readonly scale: LogScale | null;
  /** Paints every unchanged cell as empty: only changes keep their colour. */
  readonly blank: boolean;
}

function drawCells(context: CanvasRenderingContext2D, { stack, blank }: PopulationDrawing, { genome, changed }: ShownCandidate, top: number): void {
  const { columns, heights, paints, theme, palette } = stack;
  const width = columns.columnWidth - columns.cellGap;
  for (let module = 0; module < genome.length; module++) {
    if (changed.includes(module)) continue;
    const box = { x: columns.left(module), y: top + cellTop(stack, module, heights.rowPitch, heights.cell), width, height: heights.cell };
    if (!blank) drawCell(context, box, levelPaint(paints, module, genome[module]), theme, palette);
    else {
      context.fillStyle = palette.empty;
      context.fillRect(box.x, box.y, box.width, box.height);
    }
  }
}

/** The changed cells, higher than the others. */
function drawChanges(context: CanvasRenderingContext2D, { stack, baseline }: PopulationDrawing, { genome, changed }: ShownCandidate, top: number): void {
  const { columns, heights, paints, theme, palette } = stack;
  const [width, height] = [columns.columnWidth - columns.cellGap, heights.changedCell];
  for (const module of changed) {
    const y = top + cellTop(stack, module, heights.rowPitch, height);
    drawChange(context, { x: columns.left(module), y, width, height }, levelPaint(paints, module, genome[module]), keepsMore(genome, baseline, module), theme, palette);
  }
}

/** All rows of a population but their text, as they are at a time. */
export function drawPopulation(context: CanvasRenderingContext2D, drawing: PopulationDrawing, now: number): void {
  const { stack, motion, scale } = drawing;
  for (const move of motion.moves.values()) {
    const { candidate } = move.row;
    const { top, fade } = spotAt(move, now);
    const middle = top + stack.heights.rowPitch / 2;
    context.globalAlpha = fade;
    drawCells(context, drawing, candidate, top);
    context.globalAlpha = candidate.status === 'eliminated' ? 0.75 : 1;
    drawChanges(context, drawing, candidate, top);
    context.globalAlpha = 1;
    drawState(context, middle, candidate, stack.palette);
    const { value, previous } = measuredFitness(candidate);
    if (!scale || value === null || !Number.isFinite(value)) continue;
    drawFitness(context, scale.at(value), previous !== null && Number.isFinite(previous) ? scale.at(previous) : null, middle, candidate.status, stack.palette);
  }
}
